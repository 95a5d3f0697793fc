namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncErrorTests() : ErrorTests(new AsyncMode());
