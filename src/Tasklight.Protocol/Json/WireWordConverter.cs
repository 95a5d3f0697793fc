using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Reads and writes an enum as its wire word; <paramref name="words"/> stand in the order of the enum's values, which count from 0.</summary>
internal abstract class WireWordConverter<T>(string[] words) : JsonConverter<T>
    where T : struct, Enum
{
    private readonly JsonEncodedText[] _encoded = [.. words.Select(word => JsonEncodedText.Encode(word))];

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            for (var index = 0; index < words.Length; index++)
            {
                if (reader.ValueTextEquals(_encoded[index].EncodedUtf8Bytes))
                {
                    return Unsafe.BitCast<int, T>(index);
                }
            }

            throw new JsonException($"{JsonFound.Quote(reader.GetString())} is not one of: {string.Join(", ", words)}.");
        }

        throw new JsonException($"Expected one of the words {string.Join(", ", words)}, found {JsonFound.Name(reader.TokenType)}.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(_encoded[Unsafe.BitCast<T, int>(value)]);
}
