using Microsoft.Extensions.AI;
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
        var wanted = agent.Agent.Clone();
        (wanted.ModelProvider, wanted.ModelName, wanted.LlmReasoningEffort) = (agent.ModelProvider, agent.ModelName, agent.ReasoningEffort);
        (wanted.LlmApiBase, wanted.LlmCredentials, wanted.LlmExtraHeaders) = (agent.ModelAddress, agent.ModelCredentials, agent.ModelHeaders);
        var choice = ModelChoice.Of(wanted);
        return task.ThinkMode == ThinkMode.Harder ? choice.Harder() : choice;
    }

    /// <summary>Opens the choice; where the task chose another provider than its agent, a failure says so.</summary>
    /// <exception cref="ModelException">Something is not set; the message names the setting.</exception>
    public static IChatClient Open(ModelChoice choice, AgentContext agent, Func<ModelChoice, IChatClient> open)
    {
        try
        {
            return open(choice);
        }
        catch (ModelException exception) when (exception.Failure == ModelFailure.NotConfigured && agent.HasOtherProvider)
        {
            throw new ModelException(
                exception.Failure,
                $"{exception.Message} The task names {choice.Provider} in place of its agent's {agent.Agent.ModelProvider}, whose key and address are not for it.",
                exception);
        }
    }
}
