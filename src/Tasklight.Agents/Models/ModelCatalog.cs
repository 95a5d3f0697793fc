using Tasklight.Protocol;

namespace Tasklight.Agents.Models;

/// <summary>Says what the settings are enough for, without asking any provider.</summary>
/// <param name="settings">The operator's keys and addresses.</param>
public sealed class ModelCatalog(ModelSettings settings)
{
    private static readonly string[] Known = ["anthropic", "azure", "ollama", "openai", "openrouter", "vllm"];

    /// <summary>The providers that are known by name, and those that the settings name.</summary>
    public IReadOnlyList<string> Providers => [.. Known.Union(settings.Providers, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether the choice's model could be opened, and would be sent a key.</summary>
    public ModelReadiness Check(ModelChoice choice)
    {
        try
        {
            return new(null, ModelConnection.Of(choice, settings).Key is not null);
        }
        catch (ModelException exception)
        {
            return new(exception.Message, HasKey: false);
        }
    }

    /// <summary>Whether tasks of the agent could be run as its definition stands, with its own key and address before those of the settings.</summary>
    public ModelReadiness Check(AgentFields agent)
    {
        try
        {
            var choice = ModelChoice.Of(agent);
            // Its tasks bring the key.
            return Check(choice with { Key = choice.Key ?? (agent.UseOidcPreAuthTokenForLlm ? "the task's" : null) });
        }
        catch (ModelException exception)
        {
            return new(exception.Message, HasKey: !string.IsNullOrEmpty(agent.LlmCredentials?.Value));
        }
    }

    /// <summary>Whether an agent that brings nothing but the provider's name could be run.</summary>
    public ModelReadiness Check(string provider) => Check(new ModelChoice(provider, "any"));
}
