using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Data of a <see cref="TaskEventTypes.SubAgentTrigger"/>: another agent was asked (contract: events §4).</summary>
public sealed record SubAgentTrigger
{
    /// <summary>The agent asked.</summary>
    public string AgentId { get; init => field = value ?? ""; } = "";

    /// <summary>What it is asked.</summary>
    public string? Query { get; init; }

    /// <summary>URLs of files handed on; never null.</summary>
    public IReadOnlyList<string> Files { get; init => field = value ?? []; } = [];

    /// <summary>Why; never null.</summary>
    public ToolCallReasoning Reasoning { get; init => field = value ?? new(); } = new();

    /// <summary>The child task; left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TaskId { get; init; }
}
