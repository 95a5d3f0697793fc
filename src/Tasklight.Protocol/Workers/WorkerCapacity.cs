namespace Tasklight.Protocol;

/// <summary>Data of a <see cref="WorkerEventNames.CapacityUpdate"/>.</summary>
public sealed record WorkerCapacity
{
    /// <summary>True when the last slot was taken; false after every run, even if it never was true (contract: worker-protocol §2.2).</summary>
    public bool IsBusy { get; init; }
}
