namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncSessionTests() : SessionTests(new SyncMode());
