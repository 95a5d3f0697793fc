namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncRetryTests() : RetryTests(new SyncMode());
