namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncLoginTests() : LoginTests(new SyncMode());
