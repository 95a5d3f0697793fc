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

        var merged = JsonObject.Create(payload)!;
        Merge(merged, JsonObject.Create(more)!);
        return JsonElement.Parse(merged.ToJsonString());
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
