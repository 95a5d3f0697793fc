using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>What a session was summarised to. The last four keys are left out when null.</summary>
public sealed record CompactionSummary
{
    /// <summary>The prompt the session goes on with.</summary>
    public string NewTaskPrompt { get; init => field = value ?? ""; } = "";

    /// <summary>What has happened so far.</summary>
    public string TaskContext { get; init => field = value ?? ""; } = "";

    /// <summary>single, chunked-proactive or chunked-reactive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mode { get; init; }

    /// <summary>Parts the session was cut into.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ChunkCount { get; init; }

    /// <summary>Seconds for summarising the parts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MapPhaseSeconds { get; init; }

    /// <summary>Seconds for joining the summaries.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ReducePhaseSeconds { get; init; }
}
