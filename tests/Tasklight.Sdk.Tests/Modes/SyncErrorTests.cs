namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncErrorTests() : ErrorTests(new SyncMode());
