using Tasklight.Protocol;

namespace Tasklight.Server.Access;

/// <summary>
/// Where the secrets of an MCP server are: its key, its client's secret, the values of headers and environment variables, and what its address and
/// its command hold (<see cref="SecretTexts"/>). An empty value is none.
/// </summary>
static class McpSecrets
{
    public const string ApiKey = "api_key";
    public const string ClientSecret = "client_secret";
    public const string Headers = "headers.";
    public const string EnvVars = "env_vars.";

    /// <summary>A copy with each secret replaced.</summary>
    /// <param name="server">What holds them.</param>
    /// <param name="change">Gets a secret's place, unique within the server, and the secret or what stands for it, and answers what takes its place.</param>
    public static MCPServerDetails Change(MCPServerDetails server, Func<string, string, string> change) => server with
    {
        ApiKey = server.ApiKey is { Length: > 0 } key ? change(ApiKey, key) : server.ApiKey,
        ClientSecret = server.ClientSecret is { Length: > 0 } secret ? change(ClientSecret, secret) : server.ClientSecret,
        Headers = Change(server.Headers, Headers, change),
        EnvVars = Change(server.EnvVars, EnvVars, change),
        Url = Change(server.Url, "url.", change),
        Command = Change(server.Command, "command.", change),
    };

    /// <summary>A copy of a map whose values are secrets while their names are not; the map itself when it is empty.</summary>
    public static IReadOnlyDictionary<string, string> Change(IReadOnlyDictionary<string, string> map, string place, Func<string, string, string> change) => map.Count == 0
        ? map
        : map.ToDictionary(static pair => pair.Key, pair => string.IsNullOrEmpty(pair.Value) ? "" : change(place + pair.Key, pair.Value), StringComparer.Ordinal);

    /// <summary>An address or a command line with each secret in it replaced.</summary>
    public static string? Change(string? text, string place, Func<string, string, string> change) =>
        text is null ? null : SecretTexts.Change(text, (name, secret) => change(place + name, secret));
}
