using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Models;

/// <summary>Fills in what the choice says and a request does not, and makes every attachment something the model can read.</summary>
internal sealed class ChosenChatClient(IChatClient inner, ModelConnection connection) : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(Readable(messages), Chosen(options), cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(Readable(messages), Chosen(options), cancellationToken);

    private IEnumerable<ChatMessage> Readable(IEnumerable<ChatMessage> messages) => messages.Select(message => Attachments.Readable(message, connection.Provider));

    private ChatOptions Chosen(ChatOptions? options)
    {
        var choice = connection.Choice;
        var chosen = options?.Clone() ?? new ChatOptions();
        chosen.ModelId ??= choice.Name;
        chosen.Temperature ??= choice.Temperature;
        chosen.MaxOutputTokens ??= choice.MaxTokens;
        chosen.Reasoning ??= Effort(choice) is { } effort ? new ReasoningOptions { Effort = effort } : null;
        if (connection.Provider == ModelConnection.Anthropic)
        {
            chosen.MaxOutputTokens ??= ModelProviders.Describe(choice).MaxOutput;
            AnthropicOptions.SendTemperature(chosen);
        }

        return chosen;
    }

    // A model that does not reason refuses to be told. Of one that nobody knows, "medium" (an agent's default) means: as it does by itself.
    private static ReasoningEffort? Effort(ModelChoice choice)
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
        return KnownModels.Find(choice.Name).Reasons switch
        {
            true => effort,
            false => null,
            null => effort == ReasoningEffort.Medium ? null : effort,
        };
    }
}
