using Tasklight.Sdk.Tests.Wire;

namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncWireTests() : WireTests(new SyncMode());
