using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>One event of a task (contract: events §3).</summary>
public sealed record TaskUpdateEvent : IWireRequest
{
    /// <summary>What happened: one of <see cref="TaskEventTypes"/>, or a word of a newer client.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>The task.</summary>
    public string TaskId { get; init => field = value ?? ""; } = "";

    /// <summary>The task's organization.</summary>
    public string OrganizationId { get; init => field = value ?? ""; } = "";

    /// <summary>When, by the sender's clock; the type's default when a pushed event does not say.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset Time { get; init; }

    /// <summary>What belongs to the type: a whole task for task_*, a string for chunk, an object for most; may be JSON null.</summary>
    public JsonElement Data { get; init => field = JsonElements.OrNull(value); } = JsonElements.Null;

    /// <summary>Tasklight, in JSON pages of events only (on a stream it is the frame's id): the position in the task's log, from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Sequence { get; init; }

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors)
    {
        WireRules.Required(errors, Type, "type");
        WireRules.Required(errors, TaskId, "task_id");
        WireRules.Required(errors, OrganizationId, "organization_id");
    }
}
