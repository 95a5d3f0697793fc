using System.Text.Json;

namespace Tasklight.Server.Access;

/// <summary>The secrets of a task in clear. Lives for the moment of sealing or opening only.</summary>
sealed record SecretValues(string? UserOidcToken, JsonElement? UserTokens, Dictionary<string, ServerSecrets> McpServers)
{
    public static SecretValues None => new(null, null, []);

    public static SecretValues Parse(byte[] plain)
    {
        using var document = JsonDocument.Parse(plain);
        var root = document.RootElement;
        var servers = new Dictionary<string, ServerSecrets>(StringComparer.Ordinal);
        if (root.TryGetProperty("mcp_servers", out var list))
        {
            foreach (var server in list.EnumerateObject())
            {
                servers[server.Name] = new(Text(server.Value, "api_key"), Text(server.Value, "client_secret"), Map(server.Value, "headers"), Map(server.Value, "env_vars"));
            }
        }

        return new(Text(root, "user_oidc_token"), root.TryGetProperty("user_tokens", out var tokens) ? tokens.Clone() : null, servers);
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (UserTokens is { } tokens)
        {
            json.WritePropertyName("user_tokens");
            tokens.WriteTo(json);
        }

        WriteText(json, "user_oidc_token", UserOidcToken);
        json.WriteStartObject("mcp_servers");
        foreach (var (key, secrets) in McpServers)
        {
            json.WriteStartObject(key);
            WriteText(json, "api_key", secrets.ApiKey);
            WriteText(json, "client_secret", secrets.ClientSecret);
            WriteMap(json, "headers", secrets.Headers);
            WriteMap(json, "env_vars", secrets.EnvVars);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string>? map)
    {
        if (map is null)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, value) in map)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    static Dictionary<string, string>? Map(JsonElement json, string name) => json.TryGetProperty(name, out var map)
        ? map.EnumerateObject().ToDictionary(static pair => pair.Name, static pair => pair.Value.GetString()!, StringComparer.Ordinal)
        : null;

    static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
