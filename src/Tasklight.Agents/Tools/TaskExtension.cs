using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Sdk;
using Tasklight.Sdk.Http;

namespace Tasklight.Agents.Tools;

/// <summary>
/// A task's <c>payload_extension</c>, merged into the payload of every call, over what the model says. Written with the places of an HTTP
/// operation (<c>body_params</c>, <c>query_params</c>, <c>path_params</c>, <c>headers</c>), its <c>body_params</c> are what goes into the arguments
/// of tools that know no such places.
/// </summary>
internal sealed class TaskExtension(JsonElement? extension)
{
    public static readonly IReadOnlyList<string> Places = ["body_params", "query_params", "path_params", "headers"];

    private readonly JsonElement? _flat = extension is { ValueKind: JsonValueKind.Object } whole ? FlatOf(whole) : null;

    public static TaskExtension Of(AgentTask task) => new(task.PayloadExtension);

    /// <summary>There is nothing to merge.</summary>
    public bool IsEmpty => extension is not { ValueKind: JsonValueKind.Object } given || given.GetPropertyCount() == 0;

    /// <summary>True when the object is written with places.</summary>
    public static bool HasPlaces(JsonElement payload) => payload.ValueKind == JsonValueKind.Object && Places.Any(place => payload.TryGetProperty(place, out _));

    /// <summary>Arguments with the extension over them; what the schema does not know, and forbids, is left out.</summary>
    public JsonElement Into(JsonElement arguments, JsonElement schema) => PayloadExtension.Merged(arguments, Allowed(_flat, schema));

    /// <summary>A payload with places, with the extension over it; a flat extension goes where the given place says.</summary>
    public JsonElement IntoPlaces(JsonElement payload, string flatPlace) => extension switch
    {
        not { ValueKind: JsonValueKind.Object } => payload,
        { } whole when HasPlaces(whole) => PayloadExtension.Merged(payload, whole),
        { } flat => PayloadExtension.Merged(payload, JsonElement.Parse(new JsonObject { [flatPlace] = JsonObject.Create(flat) }.ToJsonString())),
    };

    /// <summary>A schema without what the extension gives anyway: the model need not say it, and cannot.</summary>
    public JsonElement Without(JsonElement schema) => Pruned(schema, _flat);

    /// <summary>The same for a schema that is written with places.</summary>
    public JsonElement WithoutInPlaces(JsonElement schema) => Pruned(schema, extension is { ValueKind: JsonValueKind.Object } whole && HasPlaces(whole) ? whole : null);

    private static JsonElement? FlatOf(JsonElement whole)
    {
        if (!HasPlaces(whole))
        {
            return whole;
        }

        return whole.TryGetProperty(Places[0], out var body) && body.ValueKind == JsonValueKind.Object ? body : null;
    }

    private static JsonElement? Allowed(JsonElement? given, JsonElement schema)
    {
        if (given is not { } all || schema.ValueKind != JsonValueKind.Object
            || !schema.TryGetProperty("additionalProperties", out var more) || more.ValueKind != JsonValueKind.False)
        {
            return given;
        }

        var known = schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object ? properties : default;
        var allowed = new JsonObject(all.EnumerateObject()
            .Where(pair => known.ValueKind == JsonValueKind.Object && known.TryGetProperty(pair.Name, out _))
            .Select(pair => KeyValuePair.Create(pair.Name, NodeOf(pair.Value))));
        return JsonElement.Parse(allowed.ToJsonString());
    }

    private static JsonElement Pruned(JsonElement schema, JsonElement? given)
    {
        if (given is not { } known || schema.ValueKind != JsonValueKind.Object)
        {
            return schema;
        }

        var pruned = JsonObject.Create(schema)!;
        Prune(pruned, known);
        return JsonElement.Parse(pruned.ToJsonString());
    }

    private static void Prune(JsonObject schema, JsonElement given)
    {
        if (schema["properties"] is not JsonObject properties)
        {
            return;
        }

        foreach (var pair in given.EnumerateObject())
        {
            if (properties[pair.Name] is JsonObject inner && inner["properties"] is JsonObject && pair.Value.ValueKind == JsonValueKind.Object)
            {
                Prune(inner, pair.Value);
                if (inner["required"] is JsonArray { Count: > 0 })
                {
                    continue;
                }
            }
            else
            {
                properties.Remove(pair.Name);
            }

            if (schema["required"] is JsonArray required)
            {
                schema["required"] = new JsonArray([.. required.Where(name => (string?)name != pair.Name).Select(name => name?.DeepClone())]);
            }
        }
    }

    private static JsonNode? NodeOf(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
