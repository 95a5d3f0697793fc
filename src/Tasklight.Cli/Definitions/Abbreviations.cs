using System.Globalization;
using System.Text.Json.Nodes;

namespace Tasklight.Cli.Definitions;

/// <summary>What may be written shorter in a file than on the wire.</summary>
internal static class Abbreviations
{
    /// <summary>Puts what they stand for in their place; answers the sub-agents, which only the server can turn into nodes.</summary>
    public static IReadOnlyList<string> Expand(JsonObject agent, Marks marks, Action<string, string> isWrong)
    {
        Model(agent, marks, isWrong);
        Instructions(agent);
        Tools(agent);
        McpServers(agent, marks, isWrong);
        return SubAgents(agent, isWrong);
    }

    // model: openai/gpt-5
    private static void Model(JsonObject agent, Marks marks, Action<string, string> isWrong)
    {
        if (!agent.Remove("model", out var model))
        {
            return;
        }

        var text = TextOf(model) ?? "";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1)
        {
            isWrong("model", "Expected provider/name, for instance openai/gpt-5.");
            return;
        }

        if (agent.ContainsKey("model_provider") || agent.ContainsKey("model_name"))
        {
            isWrong("model", "Short for model_provider and model_name: give it, or these two.");
            return;
        }

        (agent["model_provider"], agent["model_name"]) = (text[..slash], text[(slash + 1)..]);
        marks.Alias("model", "model_provider");
        marks.Alias("model", "model_name");
    }

    // instructions: one text, or lists that are one text
    private static void Instructions(JsonObject agent)
    {
        if (TextOf(agent["instructions"]) is { } general)
        {
            agent["instructions"] = new JsonObject { ["general"] = general };
        }

        foreach (var list in (string[])["role", "goal"])
        {
            if (agent["instructions"] is JsonObject instructions && TextOf(instructions[list]) is { } one)
            {
                instructions[list] = new JsonArray(one);
            }
        }
    }

    // tools without ids
    private static void Tools(JsonObject agent)
    {
        foreach (var tool in (agent["tools"] as JsonArray ?? []).OfType<JsonObject>())
        {
            tool["id"] ??= tool["name"]?.DeepClone();
            if (tool.ContainsKey("url"))
            {
                tool["method"] ??= "GET";
            }
        }
    }

    // mcp_servers: as on a task
    private static void McpServers(JsonObject agent, Marks marks, Action<string, string> isWrong)
    {
        if (!agent.Remove("mcp_servers", out var servers))
        {
            return;
        }

        var graph = Graph(agent);
        if (servers is not (null or JsonArray))
        {
            isWrong("mcp_servers", "Expected a list of servers.");
            return;
        }

        var list = servers as JsonArray ?? [];
        for (var position = 0; position < list.Count; position++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"mcp_servers[{position}]");
            if (list[position] is not JsonObject server || TextOf(server["name"]) is not { Length: > 0 } name)
            {
                isWrong(path, "Expected a server with a name.");
                continue;
            }

            if (server["command"] is not null)
            {
                server["type"] ??= "local";
                server["transport"] ??= "stdio";
            }

            marks.Alias(path, string.Create(CultureInfo.InvariantCulture, $"graph[{graph.Count}].settings.mcp_settings"));
            graph.Add(new JsonObject
            {
                ["id"] = name,
                ["item_id"] = name,
                ["name"] = name,
                ["type"] = "mcp",
                ["settings"] = new JsonObject { ["mcp_settings"] = server.DeepClone() },
            });
        }
    }

    // sub_agents: names or ids
    private static List<string> SubAgents(JsonObject agent, Action<string, string> isWrong)
    {
        if (!agent.Remove("sub_agents", out var named))
        {
            return [];
        }

        Graph(agent);
        if (named is null)
        {
            return [];
        }

        if (named is JsonArray list && list.All(name => TextOf(name) is { Length: > 0 }))
        {
            return [.. list.Select(name => TextOf(name)!)];
        }

        isWrong("sub_agents", "Expected a list of names or ids of agents.");
        return [];
    }

    private static JsonArray Graph(JsonObject agent)
    {
        if (agent["graph"] is JsonArray graph)
        {
            return graph;
        }

        var empty = new JsonArray();
        agent["graph"] = empty;
        return empty;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
