using Tasklight.Agents.Tools;

namespace Tasklight.Server.Hosting;

/// <summary>The server's own workers, which run the tasks of agents that name a model.</summary>
sealed record RuntimeOptions
{
    public const int DefaultConcurrency = 200;

    /// <summary>Whether the server runs such tasks itself. Default true; without, workers have to be connected for them.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>
    /// Whose MCP servers may be programs that this process starts. Default none: here they would run beside the store and its master key.
    /// </summary>
    public LocalServers LocalServers { get; init; }

    /// <summary>Tasks that it runs at once, sub-tasks not counted. Default 200.</summary>
    public int Concurrency { get; init; } = DefaultConcurrency;

    /// <summary>Tasks of one agent that it runs at once. Default null: as <see cref="Concurrency"/>.</summary>
    public int? AgentConcurrency { get; init; }
}
