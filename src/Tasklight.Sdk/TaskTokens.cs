using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Sdk;

/// <summary>
/// Tokens that came with the task so that nobody has to log in (contract: task-object §1, <c>user_tokens</c>): <c>oidc_tokens</c> by audience, and
/// by the id of an MCP node of the agent's graph a token or a map of headers. Servers with OAuth that have neither get <c>user_oidc_token</c>, when
/// the agent is set up for tokens that come with the task (<c>use_oidc_pre_auth</c>).
/// </summary>
internal sealed class TaskTokens(Agent agent, AgentTaskFields task)
{
    /// <summary>The header that carries the token for the model.</summary>
    public const string OidcHeader = "x-oidc-token";

    private const string None = "__none__";
    private const string Authorization = "Authorization";

    /// <summary>For the model, when the agent is set up so.</summary>
    public string? ForModel => agent.UseOidcPreAuthTokenForLlm ? Oidc(agent.OidcPreAuthTokenLlmAudience) : null;

    /// <summary>The key for the model's provider: the task's token, else the agent's own; null when neither is known.</summary>
    public LlmCredentials? CredentialsForModel => ForModel is { } token
        ? new() { Name = OidcHeader, Value = token }
        : IsKnown(agent.LlmCredentials?.Value) ? agent.LlmCredentials : null;

    /// <summary>A server with what its calls must carry; a local one as it is.</summary>
    public MCPServerDetails For(MCPServerDetails server)
    {
        if (string.IsNullOrEmpty(server.Url))
        {
            return server;
        }

        if (Oidc(agent.OidcPreAuthTokenMcpAudience) is { } token)
        {
            return token == None ? server : WithKey(server, token);
        }

        return Of(NodeOf(server)) switch
        {
            { ValueKind: JsonValueKind.Object } headers => server with { Headers = Texts(headers) },
            { ValueKind: JsonValueKind.String } key when server.AuthType == MCPServerAuthType.OAuth2 || !IsKnown(server.ApiKey) => WithKey(server, key.GetString()),
            _ when server.AuthType == MCPServerAuthType.OAuth2 && agent.UseOidcPreAuth && IsKnown(task.UserOidcToken) => WithKey(server, task.UserOidcToken),
            _ => WithKey(server, server.ApiKey),
        };
    }

    // What the caller's API key may not see comes as a mask.
    private static bool IsKnown([NotNullWhen(true)] string? secret) => !string.IsNullOrEmpty(secret) && secret != SecretMask.Text;

    private static MCPServerDetails WithKey(MCPServerDetails server, string? key)
    {
        if (!IsKnown(key))
        {
            return server;
        }

        var headers = new Dictionary<string, string>(server.Headers, StringComparer.OrdinalIgnoreCase) { [Authorization] = $"Bearer {key}" };
        return server with { ApiKey = key, Headers = headers };
    }

    private static Dictionary<string, string> Texts(JsonElement map) =>
        map.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    private string? Oidc(string? audience) =>
        agent.PreAuthAudiences.Count > 0 && Of("oidc_tokens") is { ValueKind: JsonValueKind.Object } tokens
        && !string.IsNullOrEmpty(audience) && tokens.TryGetProperty(audience, out var token) && token.ValueKind == JsonValueKind.String && token.GetString() is { Length: > 0 } text
            ? text
            : null;

    private string? NodeOf(MCPServerDetails server) =>
        agent.Graph.FirstOrDefault(node => node.Type == AgentGraphItemType.Mcp && node.Settings?.McpSettings?.Url == server.Url)?.Id;

    private JsonElement? Of(string? key) =>
        key is not null && task.UserTokens is { ValueKind: JsonValueKind.Object } tokens && tokens.TryGetProperty(key, out var value) ? value : null;
}
