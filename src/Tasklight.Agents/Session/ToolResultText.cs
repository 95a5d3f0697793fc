using System.Globalization;
using System.Text.Json;

namespace Tasklight.Agents.Session;

/// <summary>A tool's result as the model reads it.</summary>
internal static class ToolResultText
{
    /// <summary>Characters of a result that is not parked.</summary>
    public const int LongestShown = 20_000;

    /// <summary>Characters shown of one that is.</summary>
    public const int Beginning = 2_000;

    /// <summary>Characters stored of any result; what is longer is cut.</summary>
    public const int LongestStored = 2_000_000;

    private const string NotMade = "Error: this call was not made; the turn ended before.";

    /// <summary>The whole text: that of a string, the JSON of anything else.</summary>
    public static string Whole(JsonElement result) => result.ValueKind == JsonValueKind.String ? result.GetString()! : result.GetRawText();

    /// <summary>What the model reads of a call's result; a call without one was left behind by a turn that ended.</summary>
    public static string Shown(CallState call)
    {
        if (call.Result is not { } result)
        {
            return NotMade;
        }

        var text = Whole(result.Result);
        var shown = result.Parked ? $"{Cut(text, Beginning)}\n{Parked(text.Length, call.ResultNumber)}" : text;
        return result.IsError ? $"Error: {shown}" : shown;
    }

    /// <summary>At most so many characters from the beginning, no character cut in half.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static string Parked(int length, int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"[This is the beginning. The whole output has {length} characters and is parked under id {number}: read it in pieces with {Compaction.ReadOutputTool.ToolName}.]");
}
