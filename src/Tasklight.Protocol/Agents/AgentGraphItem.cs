using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>A node of an agent's graph: a tool, a sub-agent, an MCP server … (contract: sdk-http §6.11).</summary>
public sealed record AgentGraphItem
{
    /// <summary>The node's id.</summary>
    public string? Id { get; init; }

    /// <summary>What the node stands for: a tool's or an agent's id.</summary>
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>What it is.</summary>
    public AgentGraphItemType Type { get; init; }

    /// <summary>More exactly what it is, for example <c>operation</c>.</summary>
    public string? SubType { get; init; }

    /// <summary>The nodes that follow; never null.</summary>
    public IReadOnlyList<string> Targets { get; init => field = value ?? []; } = [];

    /// <summary>Its settings; an MCP server must have them.</summary>
    public AgentGraphItemSettings? Settings { get; init; }

    /// <summary>Model settings of this node; never null.</summary>
    public IReadOnlyList<JsonElement> LlmSettings { get; init => field = value ?? []; } = [];

    /// <summary>Tasks enter here.</summary>
    public bool IsFirst { get; init; }
}
