namespace Tasklight.Protocol;

/// <summary>Data of a <see cref="TaskEventTypes.Gap"/>: these events are no longer kept.</summary>
public sealed record EventGap
{
    /// <summary>The sequence number of the first that is missing.</summary>
    public long From { get; init; }

    /// <summary>The sequence number of the last that is missing.</summary>
    public long To { get; init; }
}
