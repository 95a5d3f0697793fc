using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tools;

/// <summary>What came of a call. It is stored, told and given to the model.</summary>
/// <param name="Result">Any JSON.</param>
/// <param name="IsError">The call failed; <paramref name="Result"/> says how, in words that help the model to go on.</param>
public record ToolOutcome(JsonElement Result, bool IsError = false)
{
    /// <summary>A result that is text.</summary>
    public static ToolOutcome Text(string text) => new(JsonSerializer.SerializeToElement(text, ProtocolJson.Default.String));

    /// <summary>A failure, in a sentence for the model.</summary>
    public static ToolOutcome Error(string message) => new(JsonSerializer.SerializeToElement(message, ProtocolJson.Default.String), IsError: true);
}
