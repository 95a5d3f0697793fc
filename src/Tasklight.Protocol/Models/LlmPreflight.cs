namespace Tasklight.Protocol;

/// <summary>Whether an agent's model is set up. Nothing is asked of the model: a wrong key shows only when it is used.</summary>
public sealed record LlmPreflight
{
    /// <summary>Nothing is missing.</summary>
    public bool Ok { get; init; }

    /// <summary>What is missing, in a sentence that names the setting; null when nothing is.</summary>
    public string? Reason { get; init; }

    /// <summary>The agent's provider; null when it names none.</summary>
    public string? Provider { get; init; }

    /// <summary>The agent's model; null when it names none.</summary>
    public string? Model { get; init; }

    /// <summary>A key is sent with its calls: the agent's own, or the operator's.</summary>
    public bool HasKey { get; init; }

    /// <summary>Tokens that a request and its answer may have together; null when no model is named.</summary>
    public int? ContextWindow { get; init; }
}
