namespace Tasklight.Protocol;

/// <summary>How full the model's context window is (contract: events §4). Never sent to the baseline client.</summary>
public sealed record ContextStatus
{
    /// <summary>Size of the session in tokens, estimated.</summary>
    public int EstimatedTokens { get; init; }

    /// <summary>Size of the window in tokens.</summary>
    public int ContextWindow { get; init; }

    /// <summary>0 to 100.</summary>
    public double Percent { get; init; }

    /// <summary>Tokens at which the session is summarised.</summary>
    public int AutoCompactThreshold { get; init; }

    /// <summary>Tokens at which it must be.</summary>
    public int EmergencyThreshold { get; init; }

    /// <summary>It is being summarised now.</summary>
    public bool Compacting { get; init; }
}
