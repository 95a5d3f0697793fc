namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncEventStreamTests() : EventStreamTests(new AsyncMode());
