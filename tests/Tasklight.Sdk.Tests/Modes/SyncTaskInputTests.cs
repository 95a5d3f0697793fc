namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncTaskInputTests() : TaskInputTests(new SyncMode());
