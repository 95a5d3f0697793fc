namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncAgentContextTests() : AgentContextTests(new SyncMode());
