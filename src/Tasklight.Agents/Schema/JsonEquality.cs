using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>Equal as JSON Schema means it: numbers by value, objects without order. With a hash, so that many values are compared in one pass.</summary>
internal sealed class JsonEquality : IEqualityComparer<JsonElement>
{
    public static JsonEquality Instance { get; } = new();

    public bool Equals(JsonElement x, JsonElement y) => JsonElement.DeepEquals(x, y);

    public int GetHashCode(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => OfObject(value),
        JsonValueKind.Array => OfArray(value),
        JsonValueKind.String => value.GetString()!.GetHashCode(StringComparison.Ordinal),
        JsonValueKind.Number => SchemaNumber.Read(value)?.GetHashCode() ?? 0,
        var kind => (int)kind,
    };

    private int OfObject(JsonElement value)
    {
        var hash = 17;
        foreach (var property in value.EnumerateObject())
            hash += HashCode.Combine(property.Name, GetHashCode(property.Value));

        return hash;
    }

    private int OfArray(JsonElement value)
    {
        var hash = new HashCode();
        foreach (var item in value.EnumerateArray())
            hash.Add(GetHashCode(item));

        return hash.ToHashCode();
    }
}
