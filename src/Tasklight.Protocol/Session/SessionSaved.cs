namespace Tasklight.Protocol;

/// <summary>The answer to <see cref="AppendSessionRequest"/>.</summary>
public sealed record SessionSaved
{
    /// <summary>The number of the last step stored.</summary>
    public int Last { get; init; }

    /// <summary>What the present turn used so far.</summary>
    public TaskUsage Usage { get; init => field = value ?? new(); } = new();
}
