namespace Tasklight.Server.Storage;

/// <summary>A filter and a place in the list. Empty values do not filter.</summary>
sealed record TaskQuery
{
    public string? AgentId { get; init; }
    public string? UserId { get; init; }
    public string? ParentTaskId { get; init; }
    public string? TriggeringAgentId { get; init; }
    public Protocol.AgentExecutionStatus? Status { get; init; }
    public string? InternalStatus { get; init; }
    public Lifecycle.TaskWait WaitsFor { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 20;

    /// <summary>Items to skip (page number × size); bounded by the caller. Ignored with a cursor.</summary>
    public int Offset { get; init; }

    /// <summary>Continue behind this place (<see cref="TaskPage.Next"/>).</summary>
    public string? Cursor { get; init; }

    /// <summary>Count matches up to this many; 0 does not count.</summary>
    public int CountUpTo { get; init; }
}
