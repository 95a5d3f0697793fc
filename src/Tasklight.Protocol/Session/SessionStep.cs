using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>One step of a task's durable session (docs/sessions.md): a model's answer, a tool's result, what a person decided …</summary>
public sealed record SessionStep
{
    /// <summary>From 1, without gaps, over all turns of the task.</summary>
    public int Number { get; init; }

    /// <summary>What it is: one of <see cref="SessionStepKinds"/>, or a word of the writer's own, 1 to 64 characters.</summary>
    public string Kind { get; init => field = value ?? ""; } = "";

    /// <summary>What happened; any JSON.</summary>
    public JsonElement Data { get; init => field = JsonElements.OrNull(value); } = JsonElements.Null;

    /// <summary>When the server stored it. Left out when the step is sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? CreatedAt { get; init; }
}
