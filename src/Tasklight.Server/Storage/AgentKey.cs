namespace Tasklight.Server.Storage;

readonly record struct AgentKey(string Organization, string AgentId);
