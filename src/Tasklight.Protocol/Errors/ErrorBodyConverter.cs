using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>The detail of an error is a string or a list of field errors; anything else is kept as its JSON text.</summary>
internal sealed class ErrorBodyConverter : JsonConverter<ErrorBody>
{
    public override ErrorBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var body = JsonElement.ParseValue(ref reader);
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("Expected an object with detail.");
        }

        var code = body.TryGetProperty("code", out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;
        if (!body.TryGetProperty("detail", out var detail))
        {
            return new ErrorBody { Code = code };
        }

        return detail.ValueKind switch
        {
            JsonValueKind.String => new ErrorBody { Detail = detail.GetString(), Code = code },
            JsonValueKind.Array when Fields(detail) is { } fields => new ErrorBody { Fields = fields, Code = code },
            _ => new ErrorBody { Detail = detail.GetRawText(), Code = code },
        };
    }

    public override void Write(Utf8JsonWriter writer, ErrorBody value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("detail"u8);
        if (value.Fields is not null)
        {
            JsonSerializer.Serialize(writer, value.Fields, ProtocolJson.Default.IReadOnlyListFieldError);
        }
        else
        {
            writer.WriteStringValue(value.Detail);
        }

        if (value.Code is not null)
        {
            writer.WriteString("code"u8, value.Code);
        }

        writer.WriteEndObject();
    }

    private static IReadOnlyList<FieldError>? Fields(JsonElement detail)
    {
        try
        {
            return detail.Deserialize(ProtocolJson.Default.IReadOnlyListFieldError);
        }
        catch (JsonException)
        {
            // Another server's list: shown as it is.
            return null;
        }
    }
}
