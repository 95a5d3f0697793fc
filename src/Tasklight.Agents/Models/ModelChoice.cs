using Tasklight.Agents.Runtime;
using Tasklight.Protocol;

namespace Tasklight.Agents.Models;

/// <summary>Which model answers, where, and how: what an agent's definition, its task and the settings come to.</summary>
/// <param name="Provider">
/// <c>openai</c>, <c>anthropic</c>, <c>azure</c>, <c>ollama</c>, <c>openrouter</c>, <c>vllm</c>, or any other name with an address whose server
/// speaks the OpenAI API. Upper or lower case.
/// </param>
/// <param name="Name">The model's name as its provider writes it, for instance <c>gpt-5</c>.</param>
public sealed record ModelChoice(string Provider, string Name)
{
    /// <summary>The server's base address. Default: the one of the settings, else the provider's own.</summary>
    public Uri? Address { get; init; }

    /// <summary>The key of the account. Default: the one of the settings, which goes only to the settings' address.</summary>
    public string? Key { get; init; }

    /// <summary>Further headers of every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary><c>none</c>, <c>low</c>, <c>medium</c>, <c>high</c> or <c>xhigh</c>. Default: as the model does by itself. Models that do not reason are not told.</summary>
    public string? Effort { get; init; }

    /// <summary>0 to 2, of Anthropic 0 to 1. Default: the provider's. Models that think refuse a request with one.</summary>
    public float? Temperature { get; init; }

    /// <summary>The most tokens of one answer. Default: the provider's; where it wants one, what the model is known to be able to.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The tokens that a request and its answer may have together. Default: what is known of the model, else 128,000.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>As in usage and prices: <c>openai/gpt-5</c>.</summary>
    public string Id => $"{Provider.ToLowerInvariant()}/{Name}";

    /// <summary>What an agent's definition chooses, its secrets as they stand in it; tasks may choose otherwise.</summary>
    /// <exception cref="ModelException"><see cref="ModelFailure.NotConfigured"/>: it names no model, or an address that is none.</exception>
    public static ModelChoice Of(AgentFields agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (string.IsNullOrEmpty(agent.ModelProvider) || string.IsNullOrEmpty(agent.ModelName))
        {
            throw new ModelException(ModelFailure.NotConfigured, $"Agent '{agent.Id}' names no model: set its model_provider and model_name.");
        }

        var settings = LlmSettings.Of(agent.LlmSettings);
        return new(agent.ModelProvider, agent.ModelName)
        {
            Address = AddressOf(agent.Id, agent.LlmApiBase),
            Key = string.IsNullOrEmpty(agent.LlmCredentials?.Value) ? null : agent.LlmCredentials.Value,
            Headers = agent.LlmExtraHeaders,
            Effort = agent.LlmReasoningEffort,
            Temperature = settings.Temperature,
            MaxTokens = settings.MaxTokens,
            ContextWindow = settings.ContextWindow,
        };
    }

    /// <summary>One step more effort, for tasks with <c>think_mode</c> harder.</summary>
    public ModelChoice Harder() => this with
    {
        Effort = Effort?.ToLowerInvariant() switch
        {
            "none" or "minimal" => "low",
            "low" => "medium",
            "high" or "xhigh" => "xhigh",
            _ => "high",
        },
    };

    /// <summary>Without key and headers, which are secrets: a record's text ends in logs.</summary>
    public override string ToString() => $"{Id} at {Address?.GetLeftPart(UriPartial.Path) ?? "its provider's address"}";

    private static Uri? AddressOf(string agentId, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new ModelException(ModelFailure.NotConfigured, $"llm_api_base of agent '{agentId}', '{text}', is not an http or https address.");
    }
}
