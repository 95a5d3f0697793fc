namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncTaskReportTests() : TaskReportTests(new SyncMode());
