namespace Tasklight.Protocol;

/// <summary>A provider of language models, as far as this deployment is set up for it.</summary>
public sealed record LlmProvider
{
    /// <summary>What an agent's <c>model_provider</c> says.</summary>
    public required string Name { get; init; }

    /// <summary>Agents that bring neither key nor address can use it.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>The operator has set a key; the key itself is never shown.</summary>
    public bool HasKey { get; init; }

    /// <summary>What is missing, in a sentence that names the setting; null when nothing is.</summary>
    public string? Reason { get; init; }
}
