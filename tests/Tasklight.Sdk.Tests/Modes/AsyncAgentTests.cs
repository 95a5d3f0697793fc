namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncAgentTests() : AgentTests(new AsyncMode());
