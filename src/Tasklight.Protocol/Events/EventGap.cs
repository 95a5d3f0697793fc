namespace Tasklight.Protocol;

/// <summary>Data of a <see cref="TaskEventTypes.Gap"/>: the events between the two numbers are no longer kept.</summary>
public sealed record EventGap
{
    /// <summary>The last sequence number the reader has.</summary>
    public long After { get; init; }

    /// <summary>The first sequence number that follows.</summary>
    public long Next { get; init; }
}
