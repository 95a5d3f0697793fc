using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>A task of an MCP server (2025-11-25), as the server last told it.</summary>
internal sealed record McpTaskState(string Id, string Status, string? Message, TimeSpan LookAgainAfter)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(30);

    /// <summary>Its result, or its failure, is there.</summary>
    public bool HasResult => Status is "completed" or "failed";

    /// <summary>The server waits for what only a person could say.</summary>
    public bool WantsInput => Status == "input_required";

    public bool WasCancelled => Status == "cancelled";

    /// <summary>The task of an answer; null when there is none in it.</summary>
    public static McpTaskState? Of(JsonNode? answer) =>
        answer is JsonObject task && Text(task["taskId"]) is { } id && Text(task["status"]) is { } status
            ? new McpTaskState(id, status, Text(task["statusMessage"]), Interval(task["pollInterval"]))
            : null;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static TimeSpan Interval(JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number || !value.TryGetValue(out double milliseconds))
        {
            return UsualInterval;
        }

        return TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, ShortestInterval.TotalMilliseconds, LongestInterval.TotalMilliseconds));
    }
}
