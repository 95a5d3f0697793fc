namespace Tasklight.Protocol;

/// <summary>Tells a worker to cancel a run (contract: extensions §3).</summary>
public sealed record TaskStopSignal
{
    /// <summary>The task.</summary>
    public string TaskId { get; init => field = value ?? ""; } = "";

    /// <summary>The lease of the run meant.</summary>
    public string LeaseId { get; init => field = value ?? ""; } = "";

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }
}
