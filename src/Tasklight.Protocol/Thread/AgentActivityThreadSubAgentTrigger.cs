using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Another agent was asked.</summary>
public sealed record AgentActivityThreadSubAgentTrigger : AgentActivityThreadEntry
{
    /// <summary>The agent asked.</summary>
    public string AgentId { get; init => field = value ?? ""; } = "";

    /// <summary>What it was asked; left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Query { get; init; }

    /// <summary>URLs handed on; never null.</summary>
    public IReadOnlyList<string> Files { get; init => field = value ?? []; } = [];

    /// <summary>Why; never null.</summary>
    public ToolCallReasoning Reasoning { get; init => field = value ?? new(); } = new();
}
