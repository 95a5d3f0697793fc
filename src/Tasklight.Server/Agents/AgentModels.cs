using Tasklight.Agents.Models;
using Tasklight.Protocol;

namespace Tasklight.Server.Agents;

/// <summary>The model that an agent's definition chooses.</summary>
static class AgentModels
{
    /// <summary>The choice; its secrets are as they stand in the definition. A <c>llm_api_base</c> that is no address is left out, and <paramref name="problem"/> says so.</summary>
    public static ModelChoice ChoiceOf(AgentFields agent, out string? problem)
    {
        Uri? address = null;
        problem = string.IsNullOrEmpty(agent.LlmApiBase) || Uri.TryCreate(agent.LlmApiBase, UriKind.Absolute, out address)
            ? null
            : "llm_api_base of the agent is not an http or https address.";
        return new(agent.ModelProvider ?? "", agent.ModelName ?? "") { Address = address, Key = string.IsNullOrEmpty(agent.LlmCredentials?.Value) ? null : agent.LlmCredentials.Value };
    }
}
