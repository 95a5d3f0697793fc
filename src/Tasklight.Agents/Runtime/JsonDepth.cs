using System.Text.Json;

namespace Tasklight.Agents.Runtime;

/// <summary>What models and tools nest deeper than the wire takes: the wire's bodies hold 64 levels, their own wrappings included.</summary>
internal static class JsonDepth
{
    /// <summary>Levels that arguments and results may have.</summary>
    public const int Most = 48;

    /// <summary>Whether the value has no more levels than that.</summary>
    public static bool Fits(JsonElement value) => Fits(value, Most);

    private static bool Fits(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Object => levels > 0 && value.EnumerateObject().All(entry => Fits(entry.Value, levels - 1)),
        JsonValueKind.Array => levels > 0 && value.EnumerateArray().All(item => Fits(item, levels - 1)),
        _ => true,
    };
}
