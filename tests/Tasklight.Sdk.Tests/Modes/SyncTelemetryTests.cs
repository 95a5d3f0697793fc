namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncTelemetryTests() : TelemetryTests(new SyncMode());
