namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncAgentTests() : AgentTests(new SyncMode());
