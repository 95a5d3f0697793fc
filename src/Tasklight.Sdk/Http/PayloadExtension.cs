using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tasklight.Sdk.Http;

/// <summary>Merges a task's <c>payload_extension</c> into the payload of a tool call (contract: task-object §1).</summary>
internal static class PayloadExtension
{
    /// <summary>The payload with the extension over it, object by object; the payload alone when either is no object.</summary>
    public static JsonElement Merged(JsonElement payload, JsonElement? extension)
    {
        if (payload.ValueKind != JsonValueKind.Object || extension is not { ValueKind: JsonValueKind.Object } more)
        {
            return payload;
        }

        var merged = NodeOf(payload);
        Merge(merged, NodeOf(more));
        return JsonElement.Parse(merged.ToJsonString());
    }

    // Of duplicate keys the last counts, as everywhere on the wire; JsonObject's own reading fails on them.
    private static JsonObject NodeOf(JsonElement element)
    {
        var node = new JsonObject();
        foreach (var pair in element.EnumerateObject())
        {
            node[pair.Name] = pair.Value.ValueKind == JsonValueKind.Object ? NodeOf(pair.Value) : JsonNode.Parse(pair.Value.GetRawText());
        }

        return node;
    }

    private static void Merge(JsonObject under, JsonObject over)
    {
        foreach (var (key, value) in over)
        {
            if (value is JsonObject more && under[key] is JsonObject less)
            {
                Merge(less, more);
                continue;
            }

            under[key] = value?.DeepClone();
        }
    }
}
