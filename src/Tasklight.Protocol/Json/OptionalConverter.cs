using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tasklight.Protocol;

/// <summary>A key that is there sets the optional, null included where the type has a null. Unset optionals are left out by their property.</summary>
internal sealed class OptionalConverter<T> : JsonConverter<Optional<T>>
{
    public override bool HandleNull => true;

    public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default(T) is null ? new Optional<T>(default!) : throw new JsonException("null is not allowed here; leave the key out.");
        }

        try
        {
            return JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))!;
        }
        catch (JsonException problem)
        {
            // Without a path of its own the exception gets this key's; the path inside travels with the inner exception.
            throw new JsonException(problem.Message, path: null, problem.LineNumber, problem.BytePositionInLine, problem);
        }
    }

    public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
}
