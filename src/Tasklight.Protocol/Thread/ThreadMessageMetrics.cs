namespace Tasklight.Protocol;

/// <summary>Tokens of one answer.</summary>
public sealed record ThreadMessageMetrics
{
    /// <summary>Tokens the model read.</summary>
    public int InputTokens { get; init; }

    /// <summary>Tokens the model wrote.</summary>
    public int OutputTokens { get; init; }

    /// <summary>The sum; written, ignored when read.</summary>
    public long TotalTokens => (long)InputTokens + OutputTokens;
}
