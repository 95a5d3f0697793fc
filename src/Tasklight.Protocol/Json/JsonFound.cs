using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>Names what stood in a JSON text, for messages.</summary>
internal static class JsonFound
{
    private const int LongestQuote = 40;

    /// <summary>A word that was sent, in quotes, cut when it is no word.</summary>
    public static string Quote(string? text) => text?.Length > LongestQuote ? $"'{text[..LongestQuote]}…'" : $"'{text}'";

    public static string Name(JsonTokenType token) => token switch
    {
        JsonTokenType.Null => "null",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Number => "a number",
        JsonTokenType.String => "a string",
        JsonTokenType.StartArray => "an array",
        _ => "an object",
    };
}
