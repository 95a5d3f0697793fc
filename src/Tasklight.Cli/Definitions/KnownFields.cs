using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;

namespace Tasklight.Cli.Definitions;

/// <summary>Finds fields that no agent has. The server passes them over, as its contract wants; in a file they are mistakes.</summary>
internal static class KnownFields
{
    private static readonly string[] Abbreviated = ["id", "model", "mcp_servers", "sub_agents"];

    /// <summary>The fields of an agent's definition that a file may have.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Abbreviated, .. TypeOf(typeof(CreateAgentRequest))!.Properties.Select(property => property.Name).Where(name => name != "should_reset_graph")];

    /// <summary>Tells every field that is not known, with the nearest known one.</summary>
    public static void Check(JsonObject agent, Action<string, string> isWrong)
    {
        Check(agent, typeof(CreateAgentRequest), "", isWrong);
        CheckModelSettings(agent["llm_settings"] as JsonObject ?? [], isWrong);
    }

    /// <summary>How a type, or what it is optional of, looks as JSON.</summary>
    public static JsonTypeInfo? TypeOf(Type type)
    {
        var inner = type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(Optional<>) ? type.GetGenericArguments()[0] : type;
        return ProtocolJson.Default.GetTypeInfo(Nullable.GetUnderlyingType(inner) ?? inner);
    }

    private static void Check(JsonNode? node, Type type, string path, Action<string, string> isWrong)
    {
        var shape = TypeOf(type);
        switch (node)
        {
            case JsonObject json when shape is { Kind: JsonTypeInfoKind.Object } && !shape.Properties.Any(property => property.IsExtensionData):
                CheckObject(json, shape, path, isWrong);
                break;
            case JsonObject json when shape is { Kind: JsonTypeInfoKind.Object }:
                // It keeps keys that it does not know; those that it knows have their own fields.
                CheckKnown(json, shape, path, isWrong);
                break;
            case JsonArray list when shape is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element }:
                for (var position = 0; position < list.Count; position++)
                {
                    Check(list[position], element, string.Create(CultureInfo.InvariantCulture, $"{path}[{position}]"), isWrong);
                }

                break;
        }
    }

    private static void CheckObject(JsonObject json, JsonTypeInfo shape, string path, Action<string, string> isWrong)
    {
        var names = path.Length == 0 ? All : [.. shape.Properties.Select(property => property.Name)];
        foreach (var name in json.Select(pair => pair.Key).Where(name => !names.Contains(name)))
        {
            isWrong(Join(path, name), NearestName.Of(name, names) is { } nearest ? $"There is no such field; did you mean {nearest}?" : "There is no such field.");
        }

        CheckKnown(json, shape, path, isWrong);
    }

    private static void CheckKnown(JsonObject json, JsonTypeInfo shape, string path, Action<string, string> isWrong)
    {
        foreach (var property in shape.Properties.Where(property => json.ContainsKey(property.Name)))
        {
            Check(json[property.Name], property.PropertyType, Join(path, property.Name), isWrong);
        }
    }

    // Others may have settings of their own there, which are kept: only what is nearly one of the runtime's is a mistake.
    private static void CheckModelSettings(JsonObject settings, Action<string, string> isWrong)
    {
        foreach (var name in settings.Select(pair => pair.Key).Where(name => !AgentRules.ModelSettingNames.Contains(name)))
        {
            if (NearestName.Of(name, AgentRules.ModelSettingNames) is { } nearest)
            {
                isWrong(Join("llm_settings", name), $"There is no such setting; did you mean {nearest}?");
            }
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
