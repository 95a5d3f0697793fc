namespace Tasklight.Protocol;

/// <summary>Data of a <see cref="WorkerEventNames.Finished"/>.</summary>
public sealed record WorkerFinished
{
    /// <summary>The leases handed back; never null.</summary>
    public IReadOnlyList<string> LeaseIds { get; init => field = value ?? []; } = [];
}
