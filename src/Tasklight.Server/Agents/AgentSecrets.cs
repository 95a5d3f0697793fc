using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Access;

namespace Tasklight.Server.Agents;

/// <summary>
/// The secrets in an agent's definition: the model's key and extra headers, headers and addresses of HTTP operations, and those of MCP servers
/// (<see cref="McpSecrets"/>). In the store and in memory they are sealed where they stand; an answer holds them in clear or masked.
/// </summary>
sealed class AgentSecrets(ISecretBox box)
{
    const string SealedPrefix = "sealed:";

    /// <summary>Seals what is in clear; what it was already stays sealed as it is, so that saving the same again changes nothing. The mask means "as it was" and is replaced by what <paramref name="before"/> has in its place, or by nothing.</summary>
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
            _ when old.TryGetValue(place, out var kept) && IsSame(kept, value) => kept,
            _ => Sealed(value),
        });
    }

    /// <summary>Seals what stands in clear in a stored definition.</summary>
    public void SealRest(AgentFields agent) => Visit(agent, (_, value) =>
        value.Length == 0 || value == SecretMask.Text || value.StartsWith(SealedPrefix, StringComparison.Ordinal) ? value : Sealed(value));

    /// <summary>A copy to show: secrets in clear, or the mask in their place.</summary>
    public AgentFields Show(AgentFields agent, bool inClear)
    {
        var shown = agent.Clone();
        Visit(shown, (_, value) => value.Length == 0 ? "" : inClear ? Open(value) : SecretMask.Text);
        return shown;
    }

    string Sealed(string value) => SealedPrefix + Base64Url.EncodeToString(box.Seal(Encoding.UTF8.GetBytes(value)));

    bool IsSame(string kept, string value)
    {
        try
        {
            return kept == value || Open(kept) == value;
        }
        catch (CryptographicException)
        {
            // Sealed by a key that is gone: what comes now is how the agent gets its secrets back.
            return false;
        }
    }

    string Open(string value) => value.StartsWith(SealedPrefix, StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(box.Open(Base64Url.DecodeFromChars(value[SealedPrefix.Length..].Replace('+', '-').Replace('/', '_')))) : value;

    static void Visit(AgentFields agent, Func<string, string, string> change)
    {
        if (agent.LlmCredentials is { } credentials)
            agent.LlmCredentials = credentials with { Value = change("llm_credentials", credentials.Value) };
        agent.LlmExtraHeaders = McpSecrets.Change(agent.LlmExtraHeaders, "llm_extra_headers.", change);
        if (agent.Tools.Any(static tool => tool.Url is not null || tool.Headers is { Count: > 0 }))
            agent.Tools = [.. agent.Tools.Select(tool => Visit(tool, change))];
        if (agent.Graph.Any(static item => item.Settings?.McpSettings is not null))
            agent.Graph = [.. agent.Graph.Select(item => Visit(item, change))];
    }

    static AgentTool Visit(AgentTool tool, Func<string, string, string> change) => tool with
    {
        Url = McpSecrets.Change(tool.Url, $"tools.{tool.Id}.url.", change),
        Headers = tool.Headers is null ? null : McpSecrets.Change(tool.Headers, $"tools.{tool.Id}.headers.", change),
    };

    static AgentGraphItem Visit(AgentGraphItem item, Func<string, string, string> change) => item.Settings?.McpSettings is not { } server ? item : item with
    {
        Settings = item.Settings with { McpSettings = McpSecrets.Change(server, (place, value) => change($"graph.{item.ItemId}.{place}", value)) },
    };
}
