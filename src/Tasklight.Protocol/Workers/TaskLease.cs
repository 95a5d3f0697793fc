namespace Tasklight.Protocol;

/// <summary>A task and the lease under which it is run (contract: extensions §3).</summary>
public sealed record TaskLease
{
    /// <summary>The task.</summary>
    public string TaskId { get; init => field = value ?? ""; } = "";

    /// <summary>The lease, as it came in the dispatch frame's id.</summary>
    public string LeaseId { get; init => field = value ?? ""; } = "";
}
