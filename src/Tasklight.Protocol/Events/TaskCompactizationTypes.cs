namespace Tasklight.Protocol;

/// <summary>The inner types of <see cref="TaskCompactizationEvent"/> (contract: events §4). All are safe for the baseline client.</summary>
public static class TaskCompactizationTypes
{
    /// <summary>Data: <c>{is_retry}</c>.</summary>
    public const string Retry = "retry";

    /// <summary>Near the limit; data is <see cref="CompactionSummary"/>.</summary>
    public const string Summarization = "summarization";

    /// <summary>Asked for by the agent; data is <see cref="CompactionSummary"/>.</summary>
    public const string ManualCompaction = "manual_compaction";

    /// <summary>Near the ceiling; data is <see cref="CompactionSummary"/>.</summary>
    public const string EmergencyCompaction = "emergency_compaction";

    /// <summary>Before a plan retry; data is <see cref="CompactionSummary"/>.</summary>
    public const string PreRetryCompaction = "pre_retry_compaction";

    /// <summary>Data is <see cref="Protocol.CompactionStarted"/>.</summary>
    public const string CompactionStarted = "compaction_started";

    /// <summary>Data is <see cref="Protocol.CompactionProgress"/>.</summary>
    public const string CompactionProgress = "compaction_progress";

    /// <summary>Data is <see cref="Protocol.CompactionError"/>.</summary>
    public const string CompactionError = "compaction_error";
}
