using System.Globalization;
using System.Text.Json.Nodes;

namespace Tasklight.Sdk.Tests.Wire;

/// <summary>The examples of the wire contract, and what it means that something equals them.</summary>
internal static class ContractExamples
{
    public static IReadOnlyDictionary<string, JsonObject> All { get; } = Load();

    /// <summary>Fails with the place of the first difference. Moments and numbers may be written differently, keys may stand in another order.</summary>
    public static void AssertSame(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected, actual)
        {
            case (JsonObject keys, JsonObject found):
                Assert.Equal((path, string.Join(' ', keys.Select(pair => pair.Key).Order(StringComparer.Ordinal))), (path, string.Join(' ', found.Select(pair => pair.Key).Order(StringComparer.Ordinal))));
                foreach (var (key, value) in keys)
                {
                    AssertSame(value, found[key], $"{path}.{key}");
                }

                break;
            case (JsonArray items, JsonArray found):
                Assert.Equal((path, items.Count), (path, found.Count));
                for (var index = 0; index < items.Count; index++)
                {
                    AssertSame(items[index], found[index], $"{path}[{index}]");
                }

                break;
            default:
                Assert.True(
                    JsonNode.DeepEquals(expected, actual) || IsSameMoment(expected, actual),
                    $"{path}: {expected?.ToJsonString() ?? "null"} was sent as {actual?.ToJsonString() ?? "null"}");
                break;
        }
    }

    private static bool IsSameMoment(JsonNode? expected, JsonNode? actual) => Moment(expected) is { } moment && moment == Moment(actual);

    private static DateTimeOffset? Moment(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var moment) ? moment : null;

    private static Dictionary<string, JsonObject> Load()
    {
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "contract", "examples.json")))!;
        return file["examples"]!.AsArray().ToDictionary(example => (string)example!["name"]!, example => example!.AsObject(), StringComparer.Ordinal);
    }
}
