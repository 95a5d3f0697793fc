using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>
/// The hash by which an approval is bound to one action: lowercase hex SHA-256 of the canonical JSON of <c>{"arguments":…,"tool":…}</c> in UTF-8. Canonical as in
/// RFC 8785: keys sorted by UTF-16 units, no white space, nothing escaped that need not be; only numbers stay as they were written.
/// </summary>
public static class ActionHash
{
    /// <summary>The hash of a call.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="arguments">Its arguments.</param>
    public static string Of(string tool, JsonElement arguments)
    {
        var text = new StringBuilder("{\"arguments\":");
        Write(text, arguments);
        text.Append(",\"tool\":");
        Write(text, tool);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Append('}').ToString())));
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(text, value);
                break;
            case JsonValueKind.Array:
                WriteArray(text, value);
                break;
            case JsonValueKind.String:
                Write(text, value.GetString()!);
                break;
            case JsonValueKind.Undefined:
                text.Append("null");
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteObject(StringBuilder text, JsonElement value)
    {
        // The last of duplicate keys counts, as everywhere on the wire.
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        var separator = '{';
        foreach (var (name, member) in members)
        {
            text.Append(separator);
            separator = ',';
            Write(text, name);
            text.Append(':');
            Write(text, member);
        }

        text.Append(members.Count == 0 ? "{}" : "}");
    }

    private static void WriteArray(StringBuilder text, JsonElement value)
    {
        text.Append('[');
        var isFirst = true;
        foreach (var item in value.EnumerateArray())
        {
            _ = isFirst ? text : text.Append(',');
            isFirst = false;
            Write(text, item);
        }

        text.Append(']');
    }

    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => text.Append(letter),
            };
        }

        text.Append('"');
    }
}
