using System.Globalization;
using System.Text;

namespace Tasklight.Protocol;

/// <summary>Paths to fields: from System.Text.Json's notation, and as text for people.</summary>
internal static class FieldPath
{
    /// <summary>Turns <c>$.input.files[0]</c> and <c>$['odd key']</c> into its parts, behind <c>body</c>.</summary>
    public static List<object> FromJsonPath(string? path)
    {
        List<object> parts = ["body"];
        var rest = path.AsSpan();
        rest = rest.StartsWith("$") ? rest[1..] : rest;
        while (!rest.IsEmpty)
        {
            var (part, length) = Next(rest);
            parts.Add(part);
            rest = rest[length..];
        }

        return parts;
    }

    public static string Text(IReadOnlyList<object> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            _ = part is int position
                ? text.Append(CultureInfo.InvariantCulture, $"[{position}]")
                : text.Append(text.Length == 0 ? "" : ".").Append(part);
        }

        return text.ToString();
    }

    private static (object Part, int Length) Next(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("['"))
        {
            var end = rest.IndexOf("']");
            return end < 0 ? (rest.ToString(), rest.Length) : (rest[2..end].ToString(), end + 2);
        }

        if (rest[0] == '[')
        {
            var end = rest.IndexOf(']');
            return end > 0 && int.TryParse(rest[1..end], CultureInfo.InvariantCulture, out var position)
                ? (position, end + 1)
                : (rest.ToString(), rest.Length);
        }

        var start = rest[0] == '.' ? 1 : 0;
        var length = rest[start..].IndexOfAny('.', '[');
        length = length < 0 ? rest.Length - start : length;
        return (rest.Slice(start, length).ToString(), start + length);
    }
}
