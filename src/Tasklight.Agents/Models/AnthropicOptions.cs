using System.Text.Json;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Models;

/// <summary>What Anthropic's API takes and its package has no name for any more.</summary>
internal static class AnthropicOptions
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    /// <summary>Has the temperature sent. Models that think refuse it, in a sentence of their own, which is better than leaving out silently what was asked for.</summary>
    /// <param name="options">What is asked for, model and limit included.</param>
    public static void SendTemperature(ChatOptions options)
    {
        if (options.Temperature is null)
            return;

        var body = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["model"] = JsonSerializer.SerializeToElement(options.ModelId),
            ["max_tokens"] = JsonSerializer.SerializeToElement(options.MaxOutputTokens),
            ["messages"] = JsonElement.Parse("[]"),
            ["temperature"] = JsonSerializer.SerializeToElement(options.Temperature),
        };
        options.RawRepresentationFactory = _ => MessageCreateParams.FromRawUnchecked(Nothing, Nothing, body);
    }
}
