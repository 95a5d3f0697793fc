namespace Tasklight.Protocol;

/// <summary>What summarising a session before a plan retry came to (contract: task-object §9).</summary>
public sealed record CompactRetryResult
{
    /// <summary>False when nothing was done.</summary>
    public bool Compacted { get; init; }

    /// <summary>Tokens read for it.</summary>
    public int InputTokens { get; init; }

    /// <summary>Tokens written for it.</summary>
    public int OutputTokens { get; init; }

    /// <summary>The sum.</summary>
    public int TotalTokens { get; init; }

    /// <summary>Where the session was kept as it was.</summary>
    public string? BackupPath { get; init; }
}
