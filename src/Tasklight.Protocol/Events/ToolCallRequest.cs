using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A tool call that begins (contract: events §4).</summary>
public record ToolCallRequest
{
    /// <summary>Pairs the request with its result.</summary>
    [JsonPropertyOrder(-8)]
    public string RequestId { get; init => field = value ?? ""; } = "";

    /// <summary>The tool's id.</summary>
    [JsonPropertyOrder(-7)]
    public string OperationId { get; init => field = value ?? ""; } = "";

    /// <summary>The model's id of the call.</summary>
    [JsonPropertyOrder(-6)]
    public string? ToolCallId { get; init; }

    /// <summary>The node of the agent's graph.</summary>
    [JsonPropertyOrder(-5)]
    public string? GraphNodeId { get; init; }

    /// <summary>The tool's name.</summary>
    [JsonPropertyOrder(-4)]
    public string? ToolName { get; init; }

    /// <summary>What the tool is called with; any JSON.</summary>
    [JsonPropertyOrder(-3)]
    public JsonElement? Payload { get; init; }

    /// <summary>Why.</summary>
    [JsonPropertyOrder(-2)]
    public ToolCallReasoning? Reasoning { get; init; }

    /// <summary>The plan item the call serves; left out when null (newer clients only).</summary>
    [JsonPropertyOrder(-1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PlanTaskId { get; init; }
}
