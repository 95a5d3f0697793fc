namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncTelemetryTests() : TelemetryTests(new AsyncMode());
