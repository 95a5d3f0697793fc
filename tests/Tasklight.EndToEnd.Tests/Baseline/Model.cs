using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>A typed object of the client: reads what it declares in its order, drops what it does not know, refuses what does not fit.</summary>
sealed class Model(string name, params ModelField[] fields)
{
    public JsonObject Read(JsonNode? node)
    {
        if (node is not JsonObject sent)
            throw new ModelException($"{name}: an object is expected");

        var read = new JsonObject();
        foreach (var field in fields)
            read[field.Name] = ReadField(sent, field);
        return read;
    }

    public static JsonNode? Any(JsonNode? node) => node?.DeepClone();

    public static JsonNode? String(JsonNode? node) => Of(node, JsonValueKind.String, "a string");

    public static JsonNode? Bool(JsonNode? node) => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False
        ? node.DeepClone()
        : throw new ModelException($"a boolean is expected, not {Show(node)}");

    public static JsonNode? Number(JsonNode? node) => Of(node, JsonValueKind.Number, "a number");

    public static JsonNode? Dict(JsonNode? node) => Of(node, JsonValueKind.Object, "an object");

    /// <summary>A moment, kept the way the client writes it back: microseconds only when there are some.</summary>
    public static JsonNode? Time(JsonNode? node)
    {
        if (node?.GetValueKind() != JsonValueKind.String
            || !DateTimeOffset.TryParse(node.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            throw new ModelException($"a time is expected, not {Show(node)}");
        }

        var utc = time.ToUniversalTime();
        var micro = utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        return utc.ToString(micro == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
    }

    public static Func<JsonNode?, JsonNode?> Word(params string[] words) => node =>
        node?.GetValueKind() == JsonValueKind.String && words.Contains(node.GetValue<string>(), StringComparer.Ordinal)
            ? node.DeepClone()
            : throw new ModelException($"one of {string.Join(", ", words)} is expected, not {Show(node)}");

    public static Func<JsonNode?, JsonNode?> ListOf(Func<JsonNode?, JsonNode?> item) => node => node is JsonArray sent
        ? new JsonArray([.. sent.Select(item)])
        : throw new ModelException($"a list is expected, not {Show(node)}");

    public static Func<JsonNode?, JsonNode?> Optional(Func<JsonNode?, JsonNode?> read) => node => node is null ? null : read(node);

    /// <summary>A required field.</summary>
    public static ModelField Needs(string name, Func<JsonNode?, JsonNode?> read) => new(name, read);

    /// <summary>A field that may be null or absent.</summary>
    public static ModelField May(string name, Func<JsonNode?, JsonNode?> read, Func<JsonNode?>? otherwise = null) =>
        new(name, Optional(read), otherwise ?? (static () => null));

    /// <summary>A field that may be absent but not null.</summary>
    public static ModelField Not(string name, Func<JsonNode?, JsonNode?> read, Func<JsonNode?> otherwise) => new(name, read, otherwise);

    JsonNode? ReadField(JsonObject sent, ModelField field)
    {
        if (!sent.TryGetPropertyValue(field.Name, out var value))
            return field.Default is null ? throw new ModelException($"{name}.{field.Name}: field required") : field.Default();

        try
        {
            return field.Read(value);
        }
        catch (ModelException problem)
        {
            throw new ModelException($"{name}.{field.Name}: {problem.Message}");
        }
    }

    static JsonNode? Of(JsonNode? node, JsonValueKind kind, string what) =>
        node?.GetValueKind() == kind ? node.DeepClone() : throw new ModelException($"{what} is expected, not {Show(node)}");

    static string Show(JsonNode? node) => node?.ToJsonString() ?? "null";
}
