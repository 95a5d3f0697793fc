namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncSessionTests() : SessionTests(new AsyncMode());
