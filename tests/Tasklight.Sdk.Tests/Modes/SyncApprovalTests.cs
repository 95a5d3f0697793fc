namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncApprovalTests() : ApprovalTests(new SyncMode());
