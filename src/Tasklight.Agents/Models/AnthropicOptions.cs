using System.Text.Json;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Models;

/// <summary>What Anthropic's API takes and its package has no name for any more.</summary>
internal static class AnthropicOptions
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    private const int LeastBudget = 1_024;

    /// <summary>
    /// The tokens to think in: a share of the answer's that leaves room for the answer; null where there is no room, and while the calls of a thought
    /// that was never had are answered (another model's, say), since the provider wants to see it again.
    /// </summary>
    /// <param name="effort">What is wished for; only high and more is told.</param>
    /// <param name="maxTokens">Of the answer with its thoughts.</param>
    /// <param name="messages">The conversation.</param>
    public static int? Budget(ReasoningEffort? effort, int maxTokens, IReadOnlyList<ChatMessage> messages)
    {
        var wanted = effort switch
        {
            ReasoningEffort.High => 16_384,
            ReasoningEffort.ExtraHigh => 32_768,
            _ => 0,
        };
        var budget = (int)Math.Min(wanted, maxTokens * 3L / 4);
        return budget >= LeastBudget && BeganWithThought(messages) ? budget : null;
    }

    /// <summary>
    /// Has the temperature and the budget sent. Models that think by themselves refuse a temperature, in a sentence of their own, which is better than
    /// leaving out silently what was asked for; with a budget there is none.
    /// </summary>
    /// <param name="options">What is asked for, model and limit included.</param>
    /// <param name="budget">See <see cref="Budget"/>.</param>
    public static void Complete(ChatOptions options, int? budget)
    {
        options.Temperature = budget is null ? options.Temperature : null;
        if (options.Temperature is null && budget is null)
            return;

        var body = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["model"] = JsonSerializer.SerializeToElement(options.ModelId),
            ["max_tokens"] = JsonSerializer.SerializeToElement(options.MaxOutputTokens),
            ["messages"] = JsonElement.Parse("[]"),
        };
        if (options.Temperature is { } temperature)
            body["temperature"] = JsonSerializer.SerializeToElement(temperature);
        if (budget is { } tokens)
            body["thinking"] = JsonSerializer.SerializeToElement(new { type = "enabled", budget_tokens = tokens });

        options.RawRepresentationFactory = _ => MessageCreateParams.FromRawUnchecked(Nothing, Nothing, body);
    }

    // What the model says from one message of the user's to the next is one turn, whose first piece is the thought.
    private static bool BeganWithThought(IReadOnlyList<ChatMessage> messages) =>
        messages.Reverse().TakeWhile(message => message.Role != ChatRole.User).LastOrDefault(message => message.Role == ChatRole.Assistant) is not { } first
        || first.Contents.OfType<TextReasoningContent>().Any(thought => !string.IsNullOrEmpty(thought.ProtectedData));
}
