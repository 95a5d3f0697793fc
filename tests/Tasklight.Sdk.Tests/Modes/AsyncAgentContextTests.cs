namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncAgentContextTests() : AgentContextTests(new AsyncMode());
