namespace Tasklight.Protocol;

/// <summary>The answer to a worker that made its tools known (contract: sdk-http §7).</summary>
public sealed record SyncedTools
{
    /// <summary>The agent's graph, the tools in it; never null.</summary>
    public IReadOnlyList<AgentGraphItem> Graph { get; init => field = value ?? []; } = [];
}
