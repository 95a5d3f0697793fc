using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A task in a list (contract: task-object §5).</summary>
public class TasksListItem
{
    /// <summary>The task's id.</summary>
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>Its agent.</summary>
    public string AgentId { get; set => field = value ?? ""; } = "";

    /// <summary>The end user it was made for.</summary>
    public string? UserId { get; set; }

    /// <summary>The parent task.</summary>
    public string? ParentTaskId { get; set; }

    /// <summary>The agent that started it.</summary>
    public string? TriggeringAgentId { get; set; }

    /// <summary>Its organization.</summary>
    public string OrganizationId { get; set => field = value ?? ""; } = "";

    /// <summary>Where it is.</summary>
    public AgentExecutionStatus Status { get; set; }

    /// <summary>When the record was made.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>When it last changed.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? UpdatedAt { get; set; }

    /// <summary>The task's source.</summary>
    public string? SourceNodeType { get; set; }

    /// <summary>The answer; cut at 64 KiB in lists.</summary>
    public string? Result { get; set; }

    /// <summary>The title.</summary>
    public string? Title { get; set; }
}
