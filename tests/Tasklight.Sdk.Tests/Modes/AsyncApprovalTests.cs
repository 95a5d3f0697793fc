namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncApprovalTests() : ApprovalTests(new AsyncMode());
