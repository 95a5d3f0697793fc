using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tasklight.Agents.Tools;

/// <summary>
/// A tool's parameters as providers take them: an object with properties and without alternatives at the top, which they refuse, and with them every
/// request. What alternatives say is said in words; calls are checked against the tool's own schema in any case.
/// </summary>
/// <param name="Schema">What is shown as the schema.</param>
/// <param name="Besides">What it does not say any more, for the description; null = nothing.</param>
internal readonly record struct ShownSchema(JsonElement Schema, string? Besides)
{
    private const int Longest = 2_000;
    private const int Deepest = 16;

    private static readonly string[] Alternatives = ["anyOf", "oneOf"];
    private static readonly string[] Refused = ["anyOf", "oneOf", "allOf", "not", "enum", "const", "$ref"];

    public static ShownSchema Of(JsonElement schema)
    {
        if (IsPlain(schema))
        {
            return new(schema, null);
        }

        var root = JsonNode.Parse(schema.GetRawText()) as JsonObject ?? [];
        var shown = new JsonObject();
        foreach (var (name, value) in root.Where(pair => !Refused.Contains(pair.Key, StringComparer.Ordinal)))
        {
            shown[name] = value?.DeepClone();
        }

        shown["type"] = "object";
        shown["properties"] = new JsonObject();
        var required = Gather(root, root, shown["properties"]!.AsObject(), [], Deepest);
        if (required.Count > 0)
        {
            shown["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]);
        }

        return new(JsonSerializer.SerializeToElement(shown), BesidesOf(root));
    }

    private static bool IsPlain(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("object")
        && schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && !Refused.Any(name => schema.TryGetProperty(name, out _));

    // The properties of all parts; the answer is what every call needs. Parts may lead to each other, and each again by many ways: every one is gathered
    // once, and in a circle adds nothing.
    private static SortedSet<string> Gather(JsonObject part, JsonObject root, JsonObject properties, Dictionary<JsonObject, SortedSet<string>> gathered, int depth)
    {
        if (gathered.TryGetValue(part, out var known))
        {
            return known;
        }

        if (depth == 0)
        {
            return [];
        }

        var required = new SortedSet<string>(NamesOf(part["required"]), StringComparer.Ordinal);
        gathered.Add(part, required);
        foreach (var (name, value) in part["properties"] as JsonObject ?? [])
        {
            properties[name] ??= value?.DeepClone() ?? new JsonObject();
        }

        foreach (var piece in PartsOf(part, root, "allOf").Append(Resolved(part, root)).OfType<JsonObject>())
        {
            required.UnionWith([.. Gather(piece, root, properties, gathered, depth - 1)]);
        }

        foreach (var kind in Alternatives)
        {
            IEnumerable<string>? common = null;
            foreach (var piece in PartsOf(part, root, kind))
            {
                var own = Gather(piece, root, properties, gathered, depth - 1);
                common = [.. common?.Intersect(own, StringComparer.Ordinal) ?? own];
            }

            required.UnionWith(common ?? []);
        }

        return required;
    }

    private static IEnumerable<JsonObject> PartsOf(JsonObject part, JsonObject root, string kind) =>
        (part[kind] as JsonArray ?? []).OfType<JsonObject>().Select(piece => Resolved(piece, root) is { } target && piece.Count == 1 ? target : piece);

    // A place within the schema itself: "#/$defs/name".
    private static JsonObject? Resolved(JsonObject part, JsonObject root)
    {
        if (part["$ref"] is not JsonValue value || !value.TryGetValue<string>(out var place) || !place.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        JsonNode? at = root;
        foreach (var step in place[2..].Split('/'))
        {
            at = (at as JsonObject)?[Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
        }

        return at as JsonObject;
    }

    private static IEnumerable<string> NamesOf(JsonNode? names) =>
        (names as JsonArray ?? []).OfType<JsonValue>().Select(name => name.TryGetValue<string>(out var text) ? text : null).OfType<string>();

    private static string? BesidesOf(JsonObject root)
    {
        var rest = new JsonObject(root.Where(pair => pair.Key is "anyOf" or "oneOf" or "not").Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        var text = rest.Count == 0 ? "" : rest.ToJsonString();
        return text.Length is 0 or > Longest ? null : $"The arguments together must also fit this JSON Schema: {text}";
    }
}
