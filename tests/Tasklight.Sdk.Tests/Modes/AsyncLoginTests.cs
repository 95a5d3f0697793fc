namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncLoginTests() : LoginTests(new AsyncMode());
