using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Tasklight.Protocol;

/// <summary>
/// Finds text that JSON can spell but that can neither be stored nor sent on: NUL and lone surrogates, as escapes (<c>\u0000</c>, <c>\ud800</c>).
/// </summary>
public static class WireText
{
    private const int EscapeLength = 6;

    private static ReadOnlySpan<byte> Replacement => "\\ufffd"u8;

    /// <summary>True when the bytes are UTF-8 at all; JSON readers find out too late.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> json) => Utf8.IsValid(json);

    /// <summary>Replaces each bad escape by U+FFFD, anywhere in the JSON. Gives back the same memory when there is nothing to mend.</summary>
    public static ReadOnlyMemory<byte> Mend(ReadOnlyMemory<byte> json)
    {
        var at = NextBad(json.Span, 0);
        if (at < 0)
        {
            return json;
        }

        var mended = json.ToArray();
        for (; at >= 0; at = NextBad(mended, at + EscapeLength))
        {
            Replacement.CopyTo(mended.AsSpan(at));
        }

        return mended;
    }

    /// <summary>Adds an error for each string (keys too) that holds a bad escape. The JSON must be well formed.</summary>
    internal static void Check(ReadOnlySpan<byte> json, List<FieldError> errors)
    {
        if (NextBad(json, 0) < 0)
        {
            return;
        }

        var path = new JsonPathTracker();
        var reader = new Utf8JsonReader(json, WireReader.ReaderOptions);
        while (reader.Read())
        {
            var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
            var isBad = isText && reader.ValueIsEscaped && NextBad(reader.ValueSpan, 0) >= 0;
            path.Move(ref reader, isBad);
            if (isBad)
            {
                errors.Add(FieldError.InBody(FieldErrorTypes.InvalidText, "A NUL or half a surrogate pair is not text; remove it.", path.Parts));
            }
        }
    }

    // The position of the next escape that spells a NUL or half a pair, or -1.
    private static int NextBad(ReadOnlySpan<byte> json, int from)
    {
        while (true)
        {
            var found = json[from..].IndexOf((byte)'\\');
            if (found < 0 || from + found + 1 >= json.Length)
            {
                return -1;
            }

            var at = from + found;
            if (!TryUnit(json, at, out var unit))
            {
                from = at + 2;
                continue;
            }

            if (char.IsHighSurrogate(unit) && TryUnit(json, at + EscapeLength, out var next) && char.IsLowSurrogate(next))
            {
                from = at + (2 * EscapeLength);
                continue;
            }

            if (unit == '\0' || char.IsSurrogate(unit))
            {
                return at;
            }

            from = at + EscapeLength;
        }
    }

    private static bool TryUnit(ReadOnlySpan<byte> json, int at, out char unit)
    {
        unit = default;
        if (json.Length - at < EscapeLength || json[at] != '\\' || json[at + 1] != 'u')
        {
            return false;
        }

        var isHex = Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort value, out var used, 'x') && used == 4;
        unit = (char)value;
        return isHex;
    }
}
