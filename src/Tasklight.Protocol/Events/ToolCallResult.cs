using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>A tool call that ended: the request's keys and what came of it (contract: events §4).</summary>
public sealed record ToolCallResult : ToolCallRequest
{
    /// <summary>What the tool answered; any JSON.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>The call failed; <see cref="Result"/> says how.</summary>
    public bool IsError { get; init; }
}
