namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncFileFetchTests() : FileFetchTests(new SyncMode());
