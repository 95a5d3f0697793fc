using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>A place an agent's tasks may come from (contract: sdk-http §6.11).</summary>
public sealed record AgentSourceNode
{
    /// <summary>The node's id.</summary>
    public string? Id { get; init; }

    /// <summary>The place.</summary>
    public SourceNodeType Type { get; init; }

    /// <summary>The nodes that follow; never null.</summary>
    public IReadOnlyList<string> Targets { get; init => field = value ?? []; } = [];

    /// <summary>Free; an object.</summary>
    public JsonElement Metadata { get; init => field = JsonElements.ObjectOr(value, JsonElements.EmptyObject); } = JsonElements.EmptyObject;
}
