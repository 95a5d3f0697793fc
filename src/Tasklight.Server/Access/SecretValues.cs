using System.Buffers;
using System.Text.Json;

namespace Tasklight.Server.Access;

/// <summary>The secrets of a task in clear. Lives for the moment of sealing or opening only.</summary>
sealed record SecretValues(string? UserOidcToken, JsonElement? UserTokens, Dictionary<string, Dictionary<string, string>> McpServers)
{
    public static SecretValues None => new(null, null, []);

    public static SecretValues Parse(byte[] plain)
    {
        using var document = JsonDocument.Parse(plain);
        var root = document.RootElement;
        var servers = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        if (root.TryGetProperty("mcp_servers", out var list))
        {
            foreach (var server in list.EnumerateObject())
            {
                servers[server.Name] = Places(server.Value).ToDictionary(static secret => secret.Place, static secret => secret.Text, StringComparer.Ordinal);
            }
        }

        return new(Text(root, "user_oidc_token"), root.TryGetProperty("user_tokens", out var tokens) ? tokens.Clone() : null, servers);
    }

    /// <summary>As JSON; null when there is no secret.</summary>
    public byte[]? ToBytes()
    {
        if (this is { UserOidcToken: null, UserTokens: null, McpServers.Count: 0 })
        {
            return null;
        }

        var plain = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(plain))
        {
            WriteTo(json);
        }

        return plain.WrittenSpan.ToArray();
    }

    void WriteTo(Utf8JsonWriter json)
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
            foreach (var (place, secret) in secrets)
            {
                json.WriteString(place, secret);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Maps were once kept as objects of their own.
    static IEnumerable<(string Place, string Text)> Places(JsonElement server) => server.EnumerateObject().SelectMany(static secret => secret.Value.ValueKind == JsonValueKind.Object
        ? secret.Value.EnumerateObject().Select(pair => ($"{secret.Name}.{pair.Name}", pair.Value.GetString()!))
        : [(secret.Name, secret.Value.GetString()!)]);

    static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
