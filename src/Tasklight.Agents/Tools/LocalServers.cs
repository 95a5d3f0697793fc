namespace Tasklight.Agents.Tools;

/// <summary>Whose MCP servers may be local ones: programs that the runtime starts, with the rights of its own process.</summary>
public enum LocalServers
{
    /// <summary>Nobody's. The default: who may define agents, or only create tasks, may not by that run programs here.</summary>
    None,

    /// <summary>Those of agents' definitions, so those of whoever has a key of scope <c>agents:write</c>.</summary>
    Agents,

    /// <summary>Those that tasks bring too, so those of whoever may create a task.</summary>
    Tasks,
}
