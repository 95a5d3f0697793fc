namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncTasksTests() : TasksTests(new SyncMode());
