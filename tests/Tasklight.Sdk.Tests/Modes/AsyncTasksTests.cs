namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncTasksTests() : TasksTests(new AsyncMode());
