namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncRetryTests() : RetryTests(new AsyncMode());
