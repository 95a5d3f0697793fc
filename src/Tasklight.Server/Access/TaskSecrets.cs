using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Access;

/// <summary>
/// Takes the secrets of a task out of its wire fields and puts them back. A record holds the masked fields and one sealed JSON object:
/// <c>{user_tokens, user_oidc_token, mcp_servers: {name or #index: {place: secret}}}</c>, absent where there is none.
/// </summary>
sealed class TaskSecrets(ISecretBox box)
{
    /// <summary>Masks the secrets of a new turn.</summary>
    /// <returns>The fields themselves and null when there are no secrets; otherwise a masked copy and what <see cref="Restore"/> needs.</returns>
    public (AgentTaskFields Masked, byte[]? Sealed) Extract(AgentTaskFields fields)
    {
        var found = Merge(SecretValues.None, [], fields.UserOidcToken, fields.UserTokens, fields.McpServers);
        var masked = fields.Clone();
        masked.UserOidcToken = found.UserOidcToken is null ? null : SecretMask.Text;
        masked.UserTokens = null;
        masked.McpServers = Mask(fields.McpServers);
        return (masked, found.ToBytes() is { } plain ? box.Seal(plain) : null);
    }

    /// <summary>
    /// The sealed secrets after a patch: null and the mask keep what there is, another value replaces it. Pass null for what the patch does not
    /// carry; servers that a given list no longer names, or that are elsewhere now, lose their secrets. The same array when nothing changes.
    /// </summary>
    /// <param name="kept">The task's sealed secrets.</param>
    /// <param name="known">The task's servers, whose secrets they are.</param>
    public byte[]? Merge(byte[]? kept, IReadOnlyList<MCPServerDetails> known, string? userOidcToken, JsonElement? userTokens, IReadOnlyList<MCPServerDetails>? servers)
    {
        if (kept is null && !IsGiven(userOidcToken) && !IsGiven(userTokens) && (servers is null || !HasSecret(servers)))
        {
            return null;
        }

        var before = kept is null ? null : box.Open(kept);
        var after = Merge(before is null ? SecretValues.None : SecretValues.Parse(before), known, userOidcToken, userTokens, servers).ToBytes();
        return before is not null && after.AsSpan().SequenceEqual(before) ? kept : after is null ? null : box.Seal(after);
    }

    /// <summary>False when a server shows the mask, which is for the secret that the task keeps of it, and it is elsewhere now (<see cref="SecretTarget"/>).</summary>
    /// <param name="known">The task's servers.</param>
    /// <param name="servers">What is to take their place.</param>
    public static bool StayInPlace(IReadOnlyList<MCPServerDetails> known, IReadOnlyList<MCPServerDetails> servers)
    {
        var (keys, places) = (KeysOf(servers), PlacesOf(known));
        return !servers.Where((server, i) => Holds(server, static value => value == SecretMask.Text) && !IsInPlace(places, server, keys[i])).Any();
    }

    /// <summary>The servers with <see cref="SecretMask.Text"/> in the place of each secret; the same list when there is none.</summary>
    public static IReadOnlyList<MCPServerDetails> Mask(IReadOnlyList<MCPServerDetails> servers)
    {
        if (!HasSecret(servers))
        {
            return servers;
        }

        var masked = new MCPServerDetails[servers.Count];
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] = McpSecrets.Change(servers[i], static (_, _) => SecretMask.Text);
        }

        return masked;
    }

    /// <summary>Writes the secrets in clear into <paramref name="fields"/>: pass a clone of a record's fields, never the record's own.</summary>
    public void Restore(AgentTaskFields fields, byte[] sealedSecrets)
    {
        var values = SecretValues.Parse(box.Open(sealedSecrets));
        fields.UserOidcToken = values.UserOidcToken;
        fields.UserTokens = values.UserTokens;
        if (values.McpServers.Count > 0)
        {
            fields.McpServers = Unmask(fields.McpServers, values.McpServers);
        }
    }

    static MCPServerDetails[] Unmask(IReadOnlyList<MCPServerDetails> servers, Dictionary<string, Dictionary<string, string>> secrets)
    {
        var (keys, clear) = (KeysOf(servers), new MCPServerDetails[servers.Count]);
        for (var i = 0; i < clear.Length; i++)
        {
            clear[i] = secrets.TryGetValue(keys[i], out var found) ? Unmask(servers[i], found) : servers[i];
        }

        return clear;
    }

    // A patch without the first two keeps them.
    static MCPServerDetails Unmask(MCPServerDetails server, Dictionary<string, string> secrets) =>
        McpSecrets.Change(server, (place, shown) => shown == SecretMask.Text ? secrets.GetValueOrDefault(place, shown) : shown) with
        {
            ApiKey = secrets.GetValueOrDefault(McpSecrets.ApiKey),
            ClientSecret = secrets.GetValueOrDefault(McpSecrets.ClientSecret),
        };

    static SecretValues Merge(SecretValues kept, IReadOnlyList<MCPServerDetails> known, string? userOidcToken, JsonElement? userTokens, IReadOnlyList<MCPServerDetails>? servers)
    {
        return new(IsGiven(userOidcToken) ? userOidcToken : kept.UserOidcToken, IsGiven(userTokens) ? userTokens : kept.UserTokens, servers is null ? kept.McpServers : Merge(kept.McpServers, known, servers));
    }

    static Dictionary<string, Dictionary<string, string>> Merge(
        Dictionary<string, Dictionary<string, string>> kept, IReadOnlyList<MCPServerDetails> known, IReadOnlyList<MCPServerDetails> servers)
    {
        var (keys, places, merged) = (KeysOf(servers), PlacesOf(known), new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal));
        for (var i = 0; i < servers.Count; i++)
        {
            var secrets = SecretsOf(servers[i], IsInPlace(places, servers[i], keys[i]) ? kept.GetValueOrDefault(keys[i]) : null);
            if (secrets.Count > 0)
            {
                merged[keys[i]] = secrets;
            }
        }

        return merged;
    }

    static Dictionary<string, string> SecretsOf(MCPServerDetails server, Dictionary<string, string>? kept)
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var place in (ReadOnlySpan<string>)[McpSecrets.ApiKey, McpSecrets.ClientSecret])
        {
            if (kept?.GetValueOrDefault(place) is { } old)
            {
                secrets[place] = old;
            }
        }

        McpSecrets.Change(server, (place, value) =>
        {
            if ((value == SecretMask.Text ? kept?.GetValueOrDefault(place) : value) is { } secret)
            {
                secrets[place] = secret;
            }

            return value;
        });
        return secrets;
    }

    // A name is the better key, because a later list may come in another order; it must be the only one of that name.
    static string[] KeysOf(IReadOnlyList<MCPServerDetails> servers)
    {
        var times = servers.CountBy(static server => server.Name ?? "", StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return [.. servers.Select((server, i) => server.Name is { Length: > 0 } name && name[0] != '#' && times[name] == 1 ? name : $"#{i}")];
    }

    static Dictionary<string, MCPServerDetails> PlacesOf(IReadOnlyList<MCPServerDetails> known) => KeysOf(known).Zip(known).ToDictionary(static pair => pair.First, static pair => pair.Second, StringComparer.Ordinal);

    static bool IsInPlace(Dictionary<string, MCPServerDetails> places, MCPServerDetails server, string key) => places.TryGetValue(key, out var known) && SecretTarget.Of(known) == SecretTarget.Of(server);

    static bool HasSecret(IReadOnlyList<MCPServerDetails> servers) => servers.Any(static server => Holds(server, static value => value != SecretMask.Text));

    static bool Holds(MCPServerDetails server, Func<string, bool> isMeant)
    {
        var found = false;
        McpSecrets.Change(server, (_, value) =>
        {
            found |= isMeant(value);
            return value;
        });
        return found;
    }

    static bool IsGiven(string? secret) => secret is not null && secret != SecretMask.Text;

    static bool IsGiven(JsonElement? tokens) => tokens is { ValueKind: JsonValueKind.Object };
}
