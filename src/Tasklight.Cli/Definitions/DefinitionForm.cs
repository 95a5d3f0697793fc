using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;

namespace Tasklight.Cli.Definitions;

/// <summary>An agent in the words of a file, without what a new agent has anyway: the way back from <see cref="Abbreviations"/>.</summary>
internal static class DefinitionForm
{
    /// <summary>The form.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="nameOf">The name by which a file may call the agent of an id; null when it has to take the id.</param>
    public static JsonObject Of(AgentFields agent, Func<string, string?> nameOf)
    {
        var fields = Json(agent);
        var usual = Json(new AgentFields { Type = AgentType.Manager, EnvironmentId = agent.OrganizationId });
        var form = new JsonObject { ["name"] = agent.Name };
        foreach (var property in ProtocolJson.Default.AgentFields.Properties.Where(property => property.Name is not ("id" or "name") && KnownFields.All.Contains(property.Name)))
        {
            var value = fields[property.Name];
            if (!IsEmpty(value) && !JsonNode.DeepEquals(value, usual[property.Name]))
            {
                Add(form, property.Name, WithoutDefaults(value, property.PropertyType)!, nameOf);
            }
        }

        return form;
    }

    private static JsonObject Json(AgentFields agent) => JsonSerializer.SerializeToNode(agent, ProtocolJson.Default.AgentFields)!.AsObject();

    private static void Add(JsonObject form, string name, JsonNode value, Func<string, string?> nameOf)
    {
        switch (name)
        {
            case "model_name" when form.Remove("model_provider", out var provider):
                form["model"] = $"{provider}/{value}";
                break;
            case "instructions":
                form[name] = Instructions(value.AsObject());
                break;
            case "tools":
                form[name] = new JsonArray([.. value.AsArray().Select(tool => Tool(tool!.AsObject()))]);
                break;
            case "graph":
                Graph(form, value.AsArray(), nameOf);
                break;
            default:
                form[name] = value;
                break;
        }
    }

    // What is null or empty, or what it is anyway, says nothing. Of JSON that means something to others only, everything says something.
    private static JsonNode? WithoutDefaults(JsonNode? node, Type type)
    {
        var shape = KnownFields.TypeOf(type);
        switch (node)
        {
            case JsonObject json when shape is { Kind: JsonTypeInfoKind.Object }:
                var usual = JsonSerializer.SerializeToNode(JsonSerializer.Deserialize("{}", shape), shape)!.AsObject();
                var types = shape.Properties.Where(property => !property.IsExtensionData).ToDictionary(property => property.Name, property => property.PropertyType, StringComparer.Ordinal);
                return new JsonObject(json
                    .Where(field => !types.ContainsKey(field.Key) || !(IsEmpty(field.Value) || JsonNode.DeepEquals(field.Value, usual[field.Key])))
                    .Select(field => KeyValuePair.Create(field.Key, types.TryGetValue(field.Key, out var inner) ? WithoutDefaults(field.Value, inner) : field.Value?.DeepClone())));
            case JsonArray list when shape is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element }:
                return new JsonArray([.. list.Select(item => WithoutDefaults(item, element))]);
            default:
                return node?.DeepClone();
        }
    }

    private static bool IsEmpty(JsonNode? node) => node switch
    {
        null or JsonArray { Count: 0 } or JsonObject { Count: 0 } => true,
        JsonValue value => value.TryGetValue<string>(out var text) && text.Length == 0,
        _ => false,
    };

    private static JsonNode Instructions(JsonObject instructions)
    {
        foreach (var list in (string[])["role", "goal"])
        {
            if (instructions[list] is JsonArray { Count: 1 } one)
            {
                instructions[list] = one[0]!.DeepClone();
            }
        }

        return instructions is { Count: 1 } && instructions["general"] is { } general ? general.DeepClone() : instructions;
    }

    private static JsonObject Tool(JsonObject tool)
    {
        var brief = tool.DeepClone().AsObject();
        if (JsonNode.DeepEquals(brief["id"], brief["name"]))
        {
            brief.Remove("id");
        }

        if (brief.ContainsKey("url") && (string?)brief["method"] == "GET")
        {
            brief.Remove("method");
        }

        return brief;
    }

    // Nodes that say more than the short forms can stay nodes.
    private static void Graph(JsonObject form, JsonArray graph, Func<string, string?> nameOf)
    {
        var (nodes, servers, agents) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var node in graph.Select(node => node!.AsObject()))
        {
            if (ServerOf(node) is { } server)
            {
                servers.Add(server);
            }
            else if (AgentOf(node) is { } id)
            {
                agents.Add(nameOf(id) ?? id);
            }
            else
            {
                nodes.Add(node.DeepClone());
            }
        }

        foreach (var (name, list) in new[] { ("graph", nodes), ("mcp_servers", servers), ("sub_agents", agents) })
        {
            if (list.Count > 0)
            {
                form[name] = list;
            }
        }
    }

    private static JsonNode? ServerOf(JsonObject node)
    {
        if (node["settings"]?["mcp_settings"] is not JsonObject server || server["name"] is not { } name)
        {
            return null;
        }

        var usual = new JsonObject
        {
            ["id"] = name.DeepClone(),
            ["item_id"] = name.DeepClone(),
            ["name"] = name.DeepClone(),
            ["type"] = "mcp",
            ["settings"] = new JsonObject { ["mcp_settings"] = server.DeepClone() },
        };
        return JsonNode.DeepEquals(node, usual) ? Server(server) : null;
    }

    private static JsonObject Server(JsonObject server)
    {
        var brief = server.DeepClone().AsObject();
        if (brief.ContainsKey("command") && (string?)brief["type"] == "local" && (string?)brief["transport"] == "stdio")
        {
            brief.Remove("type");
            brief.Remove("transport");
        }

        return brief;
    }

    private static string? AgentOf(JsonObject node) =>
        (string?)node["type"] == "agent" && JsonNode.DeepEquals(node["id"], node["item_id"]) && node.All(field => field.Key is "id" or "item_id" or "name" or "type") ? (string?)node["item_id"] : null;
}
