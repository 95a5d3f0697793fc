using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Access;

namespace Tasklight.Server.Agents;

/// <summary>
/// The secrets in an agent's definition: the model's key and extra headers, headers of HTTP operations, and the credentials, headers and
/// environment variables of MCP servers. In the store and in memory they are sealed where
/// they stand; an answer holds them in clear or masked.
/// </summary>
sealed class AgentSecrets(ISecretBox box)
{
    const string SealedPrefix = "sealed:";

    /// <summary>Seals what is in clear. The mask means "as it was" and is replaced by what <paramref name="before"/> has in its place, or by nothing.</summary>
    public void Seal(AgentFields agent, AgentFields? before)
    {
        var old = new Dictionary<string, string>(StringComparer.Ordinal);
        if (before is not null)
        {
            Visit(before, (place, value) =>
            {
                old[place] = value;
                return value;
            });
        }

        Visit(agent, (place, value) => value switch
        {
            "" => "",
            SecretMask.Text => old.GetValueOrDefault(place, ""),
            _ when value.StartsWith(SealedPrefix, StringComparison.Ordinal) && old.GetValueOrDefault(place) == value => value,
            _ => SealedPrefix + Convert.ToBase64String(box.Seal(Encoding.UTF8.GetBytes(value))),
        });
    }

    /// <summary>A copy to show: secrets in clear, or the mask in their place.</summary>
    public AgentFields Show(AgentFields agent, bool inClear)
    {
        var shown = agent.Clone();
        Visit(shown, (_, value) => value.Length == 0 ? "" : inClear ? Open(value) : SecretMask.Text);
        return shown;
    }

    string Open(string value) => value.StartsWith(SealedPrefix, StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(box.Open(Convert.FromBase64String(value[SealedPrefix.Length..]))) : value;

    static void Visit(AgentFields agent, Func<string, string, string> change)
    {
        if (agent.LlmCredentials is { } credentials)
            agent.LlmCredentials = credentials with { Value = change("llm_credentials", credentials.Value) };
        if (agent.LlmExtraHeaders.Count > 0)
            agent.LlmExtraHeaders = Visit(agent.LlmExtraHeaders, "llm_extra_headers.", change);
        if (agent.Tools.Any(static tool => tool.Headers is { Count: > 0 }))
            agent.Tools = [.. agent.Tools.Select(tool => Visit(tool, change))];
        if (agent.Graph.Any(static item => item.Settings?.McpSettings is not null))
            agent.Graph = [.. agent.Graph.Select(item => Visit(item, change))];
    }

    static AgentTool Visit(AgentTool tool, Func<string, string, string> change) => tool.Headers is not { Count: > 0 } headers ? tool : tool with
    {
        Headers = Visit(headers, $"tools.{tool.Id}.headers.", change),
    };

    static AgentGraphItem Visit(AgentGraphItem item, Func<string, string, string> change)
    {
        if (item.Settings?.McpSettings is not { } server)
            return item;
        var changed = server with
        {
            ApiKey = server.ApiKey is null ? null : change($"graph.{item.ItemId}.api_key", server.ApiKey),
            ClientSecret = server.ClientSecret is null ? null : change($"graph.{item.ItemId}.client_secret", server.ClientSecret),
            Headers = Visit(server.Headers, $"graph.{item.ItemId}.headers.", change),
            EnvVars = Visit(server.EnvVars, $"graph.{item.ItemId}.env_vars.", change),
        };
        return item with { Settings = item.Settings with { McpSettings = changed } };
    }

    static IReadOnlyDictionary<string, string> Visit(IReadOnlyDictionary<string, string> map, string place, Func<string, string, string> change) =>
        map.Count == 0 ? map : map.ToDictionary(static pair => pair.Key, pair => change(place + pair.Key, pair.Value), StringComparer.Ordinal);
}
