using Tasklight.Agents.Models;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>Makes the choice of a model from an agent's definition and its task.</summary>
internal static class ModelChoices
{
    /// <summary>The choice, with the effort that the task wants.</summary>
    /// <exception cref="ModelException">The definition names no model, or an address that is none.</exception>
    public static ModelChoice Of(AgentContext agent, AgentTask task)
    {
        if (agent.ModelProvider.Length == 0 || agent.ModelName.Length == 0)
        {
            throw new ModelException(ModelFailure.NotConfigured, $"Agent '{agent.Agent.Id}' names no model: set its model_provider and model_name.");
        }

        var settings = LlmSettings.Of(agent.Agent.LlmSettings);
        var choice = new ModelChoice(agent.ModelProvider, agent.ModelName)
        {
            Address = AddressOf(agent),
            Key = string.IsNullOrEmpty(agent.ModelCredentials?.Value) ? null : agent.ModelCredentials.Value,
            Headers = agent.ModelHeaders,
            Effort = agent.ReasoningEffort,
            Temperature = settings.Temperature,
            MaxTokens = settings.MaxTokens,
            ContextWindow = settings.ContextWindow,
        };
        return task.ThinkMode == ThinkMode.Harder ? choice.Harder() : choice;
    }

    private static Uri? AddressOf(AgentContext agent)
    {
        if (agent.ModelAddress is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https")
            ? address
            : throw new ModelException(ModelFailure.NotConfigured, $"llm_api_base of agent '{agent.Agent.Id}', '{text}', is not an http or https address.");
    }
}
