using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A task's durable session, or a part of it (docs/sessions.md).</summary>
public sealed record TaskSession
{
    /// <summary>Steps in order: from the last summary on, unless all were asked for.</summary>
    public IReadOnlyList<SessionStep> Steps { get; init => field = value ?? []; } = [];

    /// <summary>The number of the last step stored; 0 when there is none.</summary>
    public int Last { get; init; }

    /// <summary>What the present turn used so far.</summary>
    public TaskUsage Usage { get; init => field = value ?? new(); } = new();

    /// <summary>There are more steps: ask again with <c>after</c> set to this. Left out on the last page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Next { get; init; }
}
