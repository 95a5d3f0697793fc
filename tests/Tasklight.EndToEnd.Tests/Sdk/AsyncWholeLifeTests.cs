using Tasklight.Sdk.Tests.Modes;

namespace Tasklight.EndToEnd.Tests.Sdk;

public sealed class AsyncWholeLifeTests() : WholeLifeTests(new AsyncMode());
