namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncFileFetchTests() : FileFetchTests(new AsyncMode());
