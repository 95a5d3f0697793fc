using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>One message of a task's thread on REST (contract: rest-v1 §3).</summary>
public sealed record ThreadMessage
{
    /// <summary><c>{task_id}_user_1</c>, <c>{task_id}_agent_1</c> and so on, a number a turn.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Who speaks.</summary>
    public ThreadRole Role { get; init; }

    /// <summary>What was said; never null.</summary>
    public string Content { get; init => field = value ?? ""; } = "";

    /// <summary>Unix seconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Tokens of an answer; left out when not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ThreadMessageMetrics? Metrics { get; init; }

    /// <summary>Tools called for an answer, in full threads; left out otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonElement>? ToolCalls { get; init; }
}
