namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncTaskReportTests() : TaskReportTests(new AsyncMode());
