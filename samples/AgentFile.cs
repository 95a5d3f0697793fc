using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Protocol;
using Tasklight.Sdk;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Tasklight.Samples;

/// <summary>
/// The agents of a sample's <c>agent.yaml</c>, one a document. Fields are those of <c>POST /v1/agents</c>; shorter forms are <c>model</c>
/// (provider/name), <c>mcp_servers</c> and <c>sub_agents</c> (names). <c>${NAME}</c> is that environment variable.
/// </summary>
internal static class AgentFile
{
    /// <summary>Makes each agent unless there is one of its name, which is then used as it is.</summary>
    /// <returns>The file's last agent.</returns>
    public static async Task<Agent> ApplyAsync()
    {
        var agents = new Agents();
        var ids = (await agents.ListAsync()).GroupBy(agent => agent.Name, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First().Id, StringComparer.Ordinal);
        Agent? last = null;
        foreach (var definition in Definitions())
        {
            var name = (string)definition["name"]!;
            last = ids.TryGetValue(name, out var id)
                ? await agents.GetAsync(id)
                : await agents.CreateAsync(Expanded(definition, ids).Deserialize(ProtocolJson.Default.CreateAgentRequest)!);
            ids[name] = last.Id;
        }

        return last ?? throw new InvalidOperationException("There is no agent in agent.yaml.");
    }

    private static IEnumerable<JsonObject> Definitions()
    {
        using var text = File.OpenText(Path.Combine(AppContext.BaseDirectory, "agent.yaml"));
        var yaml = new YamlStream();
        yaml.Load(text);
        return [.. yaml.Documents.Select(document => (JsonObject)ToJson(document.RootNode)!)];
    }

    private static JsonObject Expanded(JsonObject agent, Dictionary<string, string> ids)
    {
        var graph = new JsonArray();
        if (agent.Remove("model", out var model) && ((string)model!).Split('/', 2) is [var provider, var name])
        {
            (agent["model_provider"], agent["model_name"]) = (provider, name);
        }

        if (agent.Remove("mcp_servers", out var servers))
        {
            foreach (var server in servers!.AsArray())
            {
                graph.Add(Node("mcp", (string)server!["name"]!, (string)server["name"]!, new JsonObject { ["mcp_settings"] = server.DeepClone() }));
            }
        }

        if (agent.Remove("sub_agents", out var named))
        {
            foreach (var subAgent in named!.AsArray())
            {
                graph.Add(Node("agent", ids[(string)subAgent!], (string)subAgent!));
            }
        }

        agent["graph"] = graph;
        return agent;
    }

    private static JsonObject Node(string type, string id, string name, JsonObject? settings = null) =>
        new() { ["id"] = id, ["item_id"] = id, ["name"] = name, ["type"] = type, ["settings"] = settings };

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode quoted => quoted.Value,
        _ => null,
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "null" => null,
        "true" => true,
        "false" => false,
        ['$', '{', .. var name, '}'] => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"agent.yaml wants the environment variable {name}."),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}
