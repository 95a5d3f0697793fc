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

    /// <summary>
    /// Seals what is in clear; what it was already stays sealed as it is, so that saving the same again changes nothing. The mask means "as it was" and is
    /// replaced by what <paramref name="before"/> has in its place, or by nothing.
    /// </summary>
    /// <exception cref="ProtocolException">A secret would be kept without being sent, and go to another place than before (<see cref="SecretTarget"/>).</exception>
    public void Seal(AgentFields agent, AgentFields? before)
    {
        var old = new Dictionary<string, AgentSecret>(StringComparer.Ordinal);
        if (before is not null)
        {
            Visit(before, secret =>
            {
                old[secret.Place] = secret;
                return secret.Value;
            });
        }

        var moved = new List<FieldError>();
        Visit(agent, secret =>
        {
            var kept = old.GetValueOrDefault(secret.Place);
            var isKept = secret.Value == SecretMask.Text || secret.Value == kept.Value;
            if (isKept && kept.Value is { Length: > 0 } && kept.Target != secret.Target)
                moved.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, "This secret is kept for the place it was sent to, and that is another one now (address or command): send the secret again, or clear it.", secret.Place));
            return secret.Value.Length == 0 ? "" : isKept ? kept.Value ?? "" : kept.Value is not null && IsSame(kept.Value, secret.Value) ? kept.Value : Sealed(secret.Value);
        });
        if (moved.Count > 0)
            throw new ProtocolException(moved, isMalformed: false);
    }

    /// <summary>Seals what stands in clear in a stored definition.</summary>
    public void SealRest(AgentFields agent) => Visit(agent, secret =>
        secret.Value.Length == 0 || secret.Value == SecretMask.Text || secret.Value.StartsWith(SealedPrefix, StringComparison.Ordinal) ? secret.Value : Sealed(secret.Value));

    /// <summary>A copy to show: secrets in clear, or the mask in their place.</summary>
    public AgentFields Show(AgentFields agent, bool inClear)
    {
        var shown = agent.Clone();
        Visit(shown, secret => secret.Value.Length == 0 ? "" : inClear ? Open(secret.Value) : SecretMask.Text);
        return shown;
    }

    string Sealed(string value) => SealedPrefix + Base64Url.EncodeToString(box.Seal(Encoding.UTF8.GetBytes(value)));

    bool IsSame(string kept, string value)
    {
        try
        {
            return Open(kept) == value;
        }
        catch (CryptographicException)
        {
            // Sealed by a key that is gone: what comes now is how the agent gets its secrets back.
            return false;
        }
    }

    string Open(string value) => value.StartsWith(SealedPrefix, StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(box.Open(Base64Url.DecodeFromChars(value[SealedPrefix.Length..].Replace('+', '-').Replace('/', '_')))) : value;

    static void Visit(AgentFields agent, Func<AgentSecret, string> change)
    {
        var model = SecretTarget.Of(agent.LlmApiBase);
        if (agent.LlmCredentials is { } credentials)
            agent.LlmCredentials = credentials with { Value = change(new("llm_credentials", model, credentials.Value)) };
        agent.LlmExtraHeaders = McpSecrets.Change(agent.LlmExtraHeaders, "llm_extra_headers.", (place, value) => change(new(place, model, value)));
        if (agent.Tools.Any(static tool => tool.Url is not null || tool.Headers is { Count: > 0 }))
            agent.Tools = [.. agent.Tools.Select(tool => Visit(tool, change))];
        if (agent.Graph.Any(static item => item.Settings?.McpSettings is not null))
            agent.Graph = [.. agent.Graph.Select(item => Visit(item, change))];
    }

    static AgentTool Visit(AgentTool tool, Func<AgentSecret, string> change)
    {
        var target = SecretTarget.Of(tool.Url);
        string Changed(string place, string value) => change(new(place, target, value));
        return tool with
        {
            Url = McpSecrets.Change(tool.Url, $"tools.{tool.Id}.url.", Changed),
            Headers = tool.Headers is null ? null : McpSecrets.Change(tool.Headers, $"tools.{tool.Id}.headers.", Changed),
        };
    }

    static AgentGraphItem Visit(AgentGraphItem item, Func<AgentSecret, string> change)
    {
        if (item.Settings?.McpSettings is not { } server)
            return item;
        var target = SecretTarget.Of(server);
        return item with { Settings = item.Settings with { McpSettings = McpSecrets.Change(server, (place, value) => change(new($"graph.{item.ItemId}.{place}", target, value))) } };
    }
}
