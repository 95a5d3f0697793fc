using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>How values are named in messages that models and people read.</summary>
internal static class Wording
{
    private const int Most = 60;

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    public static string Type(string type) => type switch
    {
        "null" => "null",
        "integer" or "object" or "array" => "an " + type,
        _ => "a " + type,
    };

    /// <summary>The value itself where it is short, its kind where it is not.</summary>
    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object or JsonValueKind.Array => Kind(value),
        _ => Cut(value.GetRawText()),
    };

    public static string Values(IReadOnlyList<JsonElement> values) =>
        string.Join(", ", values.Take(10).Select(Value)) + (values.Count > 10 ? $" and {values.Count - 10} more" : "");

    public static string Name(string property) => "'" + Cut(property) + "'";

    private static string Cut(string text) => text.Length <= Most ? text : text[..Most] + "…";
}
