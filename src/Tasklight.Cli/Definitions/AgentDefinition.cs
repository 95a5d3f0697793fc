using Tasklight.Protocol;

namespace Tasklight.Cli.Definitions;

/// <summary>An agent as a file says it is.</summary>
/// <param name="File">The file.</param>
/// <param name="Name">Its name, by which the agent is found.</param>
/// <param name="Id">Its id, when the file says it; then the agent is found by that.</param>
/// <param name="Fields">What the file says; everything else stays as it is.</param>
/// <param name="SubAgents">Names or ids of agents it may call, which become nodes of its graph.</param>
/// <param name="Marks">Where everything stands.</param>
internal sealed record AgentDefinition(string File, string Name, string? Id, CreateAgentRequest Fields, IReadOnlyList<string> SubAgents, Marks Marks);
