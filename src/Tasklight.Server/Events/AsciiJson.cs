using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tasklight.Server.Events;

/// <summary>The wire's JSON, and how what came from outside is brought into the form that goes into frames: one line, escaped to ASCII, every string well formed.</summary>
static class AsciiJson
{
    /// <summary>Escaped to ASCII, because the baseline client's stream reader cuts lines at U+2028 and its kin.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = AsciiEncoder.Instance, SkipValidation = true };

    /// <summary>A value as it goes over the wire.</summary>
    public static byte[] Bytes<T>(T value, JsonTypeInfo<T> type)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        JsonSerializer.Serialize(writer, value, type);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>True when the text can go into a frame as it is. A <c>\u</c> escape is not plain: it may be NUL or half a surrogate pair.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> json) => IsOneAsciiLine(json) && json.IndexOf("\\u"u8) < 0;

    public static bool IsOneAsciiLine(ReadOnlySpan<byte> json) => json.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;

    /// <summary>Rewrites one complete, valid JSON value. Null when a string in it is not text: NUL, a lone surrogate, broken UTF-8.</summary>
    /// <param name="json">The value.</param>
    /// <param name="secret">Strings under this key are replaced by <c>REDACTED</c>, at any depth.</param>
    public static byte[]? Normalize(ReadOnlySpan<byte> json, string? secret = null)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + (json.Length / 4) + 16);
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        try
        {
            var isSecret = false;
            while (reader.Read())
            {
                if (isSecret && reader.TokenType == JsonTokenType.String)
                {
                    writer.WriteStringValue("REDACTED"u8);
                }
                else if (!TryCopy(ref reader, writer))
                {
                    return null;
                }

                isSecret = secret is not null && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(secret);
            }
        }
        catch (InvalidOperationException)
        {
            // The reader's way of saying that a string cannot become text.
            return null;
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    static bool TryCopy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                return true;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                return true;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                return true;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                return true;
            case JsonTokenType.PropertyName:
                var name = reader.GetString()!;
                writer.WritePropertyName(name);
                return !name.Contains('\0');
            case JsonTokenType.String:
                var text = reader.GetString()!;
                writer.WriteStringValue(text);
                return !text.Contains('\0');
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                return true;
        }
    }
}
