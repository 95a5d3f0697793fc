using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Times on the wire: see <see cref="WireTime"/>. Writing allocates nothing.</summary>
internal sealed class WireTimeConverter : JsonConverter<DateTimeOffset>
{
    private const int LongestText = 64;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (TryRead(ref reader, out var time))
        {
            return time;
        }

        throw new JsonException(reader.TokenType == JsonTokenType.String
            ? "Not a time; allowed are ISO 8601 (2026-05-13T10:12:04Z, without zone = UTC) and unix seconds or milliseconds."
            : $"Expected a time (ISO 8601 text or unix seconds or milliseconds), found {JsonFound.Name(reader.TokenType)}.");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[WireTime.Length];
        WireTime.Format(value, text);
        writer.WriteStringValue(text);
    }

    internal static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset time)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return WireTime.TryFromUnix(reader.GetDouble(), out time);
        }

        time = default;
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > LongestText)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[LongestText];
        var length = reader.CopyString(text);
        return WireTime.TryParse(text[..length], out time);
    }
}
