namespace Tasklight.Agents.Compaction;

/// <summary>What a session is summarised for (contract: task-object §11).</summary>
internal static class CompactionTriggers
{
    /// <summary>It came near the window's end.</summary>
    public const string Auto = "auto";

    /// <summary>The model asked for it.</summary>
    public const string Manual = "manual";

    /// <summary>The provider refused it as too long.</summary>
    public const string Emergency = "emergency";

    /// <summary>A plan is taken up again.</summary>
    public const string PreRetry = "pre_retry";
}
