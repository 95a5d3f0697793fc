using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>JSON values that stand in where a property must never be absent.</summary>
internal static class JsonElements
{
    public static JsonElement Null { get; } = JsonElement.Parse("null"u8);

    public static JsonElement EmptyObject { get; } = JsonElement.Parse("{}"u8);

    public static JsonElement OrNull(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? Null : value;

    public static JsonElement ObjectOr(JsonElement value, JsonElement fallback) => value.ValueKind == JsonValueKind.Object ? value : fallback;
}
