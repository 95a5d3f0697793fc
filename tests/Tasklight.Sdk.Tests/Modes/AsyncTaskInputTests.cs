namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncTaskInputTests() : TaskInputTests(new AsyncMode());
