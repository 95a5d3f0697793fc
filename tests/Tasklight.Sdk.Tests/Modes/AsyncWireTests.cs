using Tasklight.Sdk.Tests.Wire;

namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncWireTests() : WireTests(new AsyncMode());
