using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>
/// Finds where a person logs in to an MCP server (RFC 9728, RFC 8414). No login is stored here: the person, or the program in front of them, logs in
/// and sends the token with the task (<c>user_tokens</c>).
/// </summary>
internal sealed class McpLogin(HttpClient http, int largest)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Where to log in; the server's own address when it does not say.</summary>
    /// <param name="server">The server.</param>
    /// <param name="name">Its name, for people.</param>
    /// <param name="challenge">The parameters of its 401's <c>Bearer</c> challenge.</param>
    /// <param name="ct">Ends the search.</param>
    public async Task<MCPOAuthGetTokenResponse> FindAsync(MCPServerDetails server, string name, string? challenge, CancellationToken ct)
    {
        var address = new Uri(server.Url!);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        Uri? page = null;
        try
        {
            page = await PageAsync(address, server, challenge, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Then the person has the server's address to begin with.
        }

        return new()
        {
            Type = MCPOAuthResponseType.LoginRequired,
            // Without its query, which may hold a key.
            Data = new() { Url = page?.AbsoluteUri ?? address.GetLeftPart(UriPartial.Path), ServerUrl = address.GetLeftPart(UriPartial.Path), ServerName = name },
        };
    }

    private async Task<Uri?> PageAsync(Uri address, MCPServerDetails server, string? challenge, CancellationToken ct)
    {
        var resource = await ReadFirstAsync([.. HintOf(address, challenge), WellKnown(address, "oauth-protected-resource"), WellKnown(new Uri(address, "/"), "oauth-protected-resource")], ct).ConfigureAwait(false);
        var issuer = resource is { } found && found.TryGetProperty("authorization_servers", out var servers) && servers.ValueKind == JsonValueKind.Array
            ? servers.EnumerateArray().Select(Web).FirstOrDefault(uri => uri is not null)
            : null;
        issuer ??= new Uri(address, "/");
        var metadata = await ReadFirstAsync([WellKnown(issuer, "oauth-authorization-server"), WellKnown(issuer, "openid-configuration")], ct).ConfigureAwait(false);
        return metadata is { } known && known.TryGetProperty("authorization_endpoint", out var endpoint) && Web(endpoint) is { } page ? WithClient(page, server, address) : null;
    }

    private static Uri WithClient(Uri page, MCPServerDetails server, Uri address)
    {
        if (string.IsNullOrEmpty(server.ClientId))
        {
            return page;
        }

        var query = $"response_type=code&client_id={Uri.EscapeDataString(server.ClientId)}&resource={Uri.EscapeDataString(address.GetLeftPart(UriPartial.Path))}"
            + (server.AdditionalScopes.Count == 0 ? "" : $"&scope={Uri.EscapeDataString(string.Join(' ', server.AdditionalScopes))}");
        return new UriBuilder(page) { Query = page.Query.Length > 1 ? $"{page.Query[1..]}&{query}" : query }.Uri;
    }

    private static IEnumerable<Uri> HintOf(Uri address, string? challenge)
    {
        const string Key = "resource_metadata=\"";
        var from = challenge?.IndexOf(Key, StringComparison.OrdinalIgnoreCase) ?? -1;
        if (from < 0)
        {
            return [];
        }

        var value = challenge![(from + Key.Length)..];
        return value.IndexOf('"') is > 0 and var end && Uri.TryCreate(address, value[..end], out var uri) && uri.Scheme is "http" or "https" ? [uri] : [];
    }

    private static Uri WellKnown(Uri address, string what) => new(address, $"/.well-known/{what}{address.AbsolutePath.TrimEnd('/')}");

    // Shown to people as a link: nothing but the web.
    private static Uri? Web(JsonElement text) =>
        text.ValueKind == JsonValueKind.String && Uri.TryCreate(text.GetString(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    private async Task<JsonElement?> ReadFirstAsync(IEnumerable<Uri> places, CancellationToken ct)
    {
        foreach (var place in places.Distinct())
        {
            if (await ReadAsync(place, ct).ConfigureAwait(false) is { ValueKind: JsonValueKind.Object } json)
            {
                return json;
            }
        }

        return null;
    }

    private async Task<JsonElement?> ReadAsync(Uri place, CancellationToken ct)
    {
        try
        {
            using var response = await http.GetAsync(place, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return null;
            }

            using var body = new LimitedStream(await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false), largest);
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: ct).ConfigureAwait(false);
            return json.RootElement.Clone();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException)
        {
            return null;
        }
    }
}
