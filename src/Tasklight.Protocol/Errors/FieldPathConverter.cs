using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A path is an array of keys (strings) and positions (integers).</summary>
internal sealed class FieldPathConverter : JsonConverter<IReadOnlyList<object>>
{
    public override IReadOnlyList<object> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException($"Expected an array of keys and positions, found {JsonFound.Name(reader.TokenType)}.");
        }

        List<object> parts = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            parts.Add(reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.Number when reader.TryGetInt32(out var position) => position,
                _ => throw new JsonException($"Expected a key or a position, found {JsonFound.Name(reader.TokenType)}."),
            });
        }

        return parts;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<object> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var part in value)
        {
            if (part is int position)
            {
                writer.WriteNumberValue(position);
            }
            else
            {
                writer.WriteStringValue(part.ToString());
            }
        }

        writer.WriteEndArray();
    }
}
