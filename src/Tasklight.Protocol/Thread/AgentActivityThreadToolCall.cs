using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A tool call and what came of it. Reasoning and result are left out when null.</summary>
public sealed record AgentActivityThreadToolCall : AgentActivityThreadEntry
{
    /// <summary>The tool.</summary>
    public string ToolName { get; init => field = value ?? ""; } = "";

    /// <summary>What it was called with; any JSON, the key is always there.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>The call failed.</summary>
    public bool IsError { get; init; }

    /// <summary>Why it was called.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ToolCallReasoning? Reasoning { get; init; }

    /// <summary>What it answered; any JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Result { get; init; }
}
