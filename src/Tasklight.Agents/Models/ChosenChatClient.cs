using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Models;

/// <summary>Fills in what the choice says and a request does not, and makes every attachment something the model can read.</summary>
internal sealed class ChosenChatClient(IChatClient inner, ModelConnection connection) : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var readable = messages.Select(message => Attachments.Readable(message, connection.Provider)).ToList();
        return base.GetStreamingResponseAsync(readable, Chosen(options, readable), cancellationToken);
    }

    private ChatOptions Chosen(ChatOptions? options, List<ChatMessage> messages)
    {
        var choice = connection.Choice;
        var known = ModelProviders.Describe(choice);
        var effort = Effort(choice, known);
        var thinksByBudget = known.ThinksByBudget && connection.Provider == ModelConnection.Anthropic;
        var chosen = options?.Clone() ?? new ChatOptions();
        chosen.ModelId ??= choice.Name;
        chosen.Temperature ??= choice.Temperature;
        chosen.MaxOutputTokens ??= choice.MaxTokens;
        chosen.Reasoning ??= effort is not null && !thinksByBudget ? new ReasoningOptions { Effort = effort } : null;
        if (connection.Provider == ModelConnection.Anthropic)
        {
            chosen.MaxOutputTokens ??= known.MaxOutput;
            AnthropicOptions.Complete(chosen, thinksByBudget ? AnthropicOptions.Budget(effort, chosen.MaxOutputTokens.Value, messages) : null);
        }

        return chosen;
    }

    // A model that does not reason refuses to be told. Of one that nobody knows, or that reasons only when told, "medium" (an agent's default) means: as
    // it does by itself.
    private static ReasoningEffort? Effort(ModelChoice choice, ModelInfo known)
    {
        var effort = choice.Effort?.ToLowerInvariant() switch
        {
            "none" => ReasoningEffort.None,
            "minimal" or "low" => ReasoningEffort.Low,
            "medium" => ReasoningEffort.Medium,
            "high" => ReasoningEffort.High,
            "xhigh" => ReasoningEffort.ExtraHigh,
            _ => (ReasoningEffort?)null,
        };
        return known switch
        {
            { ThinksByBudget: true } => effort is ReasoningEffort.High or ReasoningEffort.ExtraHigh ? effort : null,
            { Reasons: true } => effort,
            { Reasons: false } => null,
            _ => effort == ReasoningEffort.Medium ? null : effort,
        };
    }
}
