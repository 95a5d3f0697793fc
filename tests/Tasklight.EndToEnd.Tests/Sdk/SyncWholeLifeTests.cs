using Tasklight.Sdk.Tests.Modes;

namespace Tasklight.EndToEnd.Tests.Sdk;

public sealed class SyncWholeLifeTests() : WholeLifeTests(new SyncMode());
