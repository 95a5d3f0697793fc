namespace Tasklight.Protocol;

/// <summary>Summarising failed.</summary>
public sealed record CompactionError
{
    /// <summary>auto, manual, emergency or pre_retry.</summary>
    public string Trigger { get; init => field = value ?? ""; } = "";

    /// <summary>What went wrong.</summary>
    public string Error { get; init => field = value ?? ""; } = "";

    /// <summary>Counted from 1.</summary>
    public int Attempt { get; init; }
}
