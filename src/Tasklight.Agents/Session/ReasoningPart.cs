using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;

namespace Tasklight.Agents.Session;

/// <summary>A piece of the model's reasoning.</summary>
internal sealed record ReasoningPart
{
    /// <summary>What may be read of it.</summary>
    public string Text { get; init => field = value ?? ""; } = "";

    /// <summary>What only the provider understands and wants back.</summary>
    public string? Protected { get; init; }

    /// <summary>What the provider's client says of it and wants back: that nothing of it may be read, say.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Properties { get; init; }

    public static ReasoningPart Of(TextReasoningContent content) => new()
    {
        Text = content.Text,
        Protected = content.ProtectedData,
        Properties = content.AdditionalProperties is { Count: > 0 } properties
            ? properties.ToDictionary(property => property.Key, property => JsonSerializer.SerializeToElement(property.Value, ToolArguments.Json), StringComparer.Ordinal)
            : null,
    };

    public TextReasoningContent Content() => new(Text)
    {
        ProtectedData = Protected,
        AdditionalProperties = Properties is null ? null : new(Properties.Select(property => KeyValuePair.Create(property.Key, (object?)property.Value))),
    };
}
