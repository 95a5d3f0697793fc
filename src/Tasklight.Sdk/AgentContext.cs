using System.Text;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Sdk;

/// <summary>Everything that an agent framework needs to do one task: the agent's settings with the task's own put over them.</summary>
public sealed record AgentContext
{
    /// <summary>The agent.</summary>
    public required Agent Agent { get; init; }

    /// <summary>The system prompt: the agent's instructions, then the task's extra instructions and context, then what a good answer contains.</summary>
    public required string Instructions { get; init; }

    /// <summary>The model's provider; empty = the agent names none.</summary>
    public required string ModelProvider { get; init; }

    /// <summary>The task names another provider than its agent. What the agent has for its own one (address, key, headers, the task's token) is left out then.</summary>
    public bool HasOtherProvider { get; init; }

    /// <summary>The model.</summary>
    public required string ModelName { get; init; }

    /// <summary>low, medium, high or xhigh.</summary>
    public required string ReasoningEffort { get; init; }

    /// <summary>The address of the provider's API; null = the usual one.</summary>
    public string? ModelAddress { get; init; }

    /// <summary>
    /// Headers of every model call: <c>x-oidc-token</c> when the task brings a token for the model, then the organization's, then the agent's over
    /// them. The token is secret.
    /// </summary>
    public required IReadOnlyDictionary<string, string> ModelHeaders { get; init; }

    /// <summary>A key for the provider: the task's token for the model, else the agent's own key; null = the usual one, also when the API key may not see secrets. Secret.</summary>
    public LlmCredentials? ModelCredentials { get; init; }

    /// <summary>The agent's tools, with JSON schemas of their parameters.</summary>
    public required IReadOnlyList<AgentTool> Tools { get; init; }

    /// <summary>
    /// MCP servers of the agent and of the task, with the tokens that the task brings for them, and with their key as <c>Authorization</c> header.
    /// Secret.
    /// </summary>
    public required IReadOnlyList<MCPServerDetails> McpServers { get; init; }

    /// <summary>The ids of agents that may be asked for help.</summary>
    public required IReadOnlyList<string> SubAgents { get; init; }

    /// <summary>The form wanted for the result.</summary>
    public required OutputFormat OutputFormat { get; init; }

    /// <summary>A JSON schema for the result.</summary>
    public JsonElement? OutputSchema { get; init; }

    /// <summary>Merged into the payload of every tool call.</summary>
    public JsonElement? PayloadExtension { get; init; }

    /// <summary>Limits on tokens, tool calls and seconds, as the task gives them.</summary>
    public TaskBudget? Budget { get; init; }

    /// <summary>How long the run may last; null = the server's limit, a day.</summary>
    public TimeSpan? LongestRun { get; init; }

    /// <summary>Names the agent; never the secrets.</summary>
    public override string ToString() => $"{nameof(AgentContext)} of agent '{Agent.Id}'";

    internal static AgentContext Of(Agent agent, AgentTaskFields task, IReadOnlyDictionary<string, string> defaultHeaders)
    {
        var tokens = new TaskTokens(agent, task);
        var hasOther = HasOther(agent, task);
        return new()
        {
            Agent = agent,
            Instructions = InstructionsOf(agent, task),
            ModelProvider = task.LlmModelProvider ?? agent.ModelProvider,
            HasOtherProvider = hasOther,
            ModelName = task.LlmModelName ?? agent.ModelName,
            ReasoningEffort = task.LlmReasoningEffort ?? agent.LlmReasoningEffort,
            ModelAddress = string.IsNullOrEmpty(agent.LlmApiBase) || hasOther ? null : agent.LlmApiBase,
            ModelHeaders = hasOther ? defaultHeaders : HeadersOf(agent, tokens, defaultHeaders),
            ModelCredentials = hasOther ? null : tokens.CredentialsForModel,
            Tools = agent.Tools,
            McpServers = [.. agent.McpServers.Concat(task.McpServers).Select(tokens.For)],
            SubAgents = agent.SubAgents,
            OutputFormat = task.OutputFormat ?? agent.OutputFormat,
            OutputSchema = task.OutputSchema ?? agent.OutputSchema,
            PayloadExtension = task.PayloadExtension,
            Budget = task.Budget,
            LongestRun = agent.MaxRunSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    private static bool HasOther(Agent agent, AgentTaskFields task) =>
        task.LlmModelProvider is { } chosen && agent.ModelProvider.Length > 0 && !chosen.Equals(agent.ModelProvider, StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> HeadersOf(Agent agent, TaskTokens tokens, IReadOnlyDictionary<string, string> defaultHeaders)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (tokens.ForModel is { } token)
        {
            headers[TaskTokens.OidcHeader] = token;
        }

        foreach (var (name, value) in defaultHeaders.Concat(agent.LlmExtraHeaders))
        {
            headers[name] = value;
        }

        return headers;
    }

    private static string InstructionsOf(Agent agent, AgentTaskFields task)
    {
        var text = new StringBuilder();
        Add(text, null, agent.Instructions.General);
        Add(text, "Role", string.Join('\n', agent.Instructions.Role));
        Add(text, "Goal", string.Join('\n', agent.Instructions.Goal));
        Add(text, "Instructions for this task", task.InstructionsOverride);
        Add(text, "Context", task.AdditionalContext);
        Add(text, "Expected output", string.IsNullOrEmpty(task.ExpectedOutput) ? agent.ExpectedOutput : task.ExpectedOutput);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string? headline, string? part)
    {
        if (!string.IsNullOrWhiteSpace(part))
        {
            text.Append(text.Length > 0 ? "\n\n" : "").Append(headline).Append(headline is null ? "" : ":\n").Append(part);
        }
    }
}
