using Microsoft.Net.Http.Headers;
using Tasklight.Protocol;
using Tasklight.Server.Logins.Documents;

namespace Tasklight.Server.Logins;

/// <summary>Finds out where one logs in to an MCP server: its own metadata (RFC 9728), then that of its authorization server (RFC 8414, OpenID Connect).</summary>
sealed class LoginDiscovery(LoginHttp http)
{
    const string OfResource = "oauth-protected-resource";
    const string OfServer = "oauth-authorization-server";
    const string OfOpenId = "openid-configuration";

    static readonly byte[] Ping = [.. """{"jsonrpc":"2.0","id":1,"method":"ping"}"""u8];

    /// <summary>The place to log in to a server.</summary>
    /// <exception cref="LoginProblemException">There is none, or its description is not to be trusted.</exception>
    public async Task<LoginTarget> FindAsync(MCPServerDetails server, Uri address, CancellationToken cancel)
    {
        var challenge = Parameters(await ChallengeAsync(server, address, cancel));
        var resource = await ResourceAsync(address, challenge.GetValueOrDefault("resource_metadata"), cancel);
        // Servers of before RFC 9728 are their own authorization server.
        var issuer = resource is null ? new Uri(address, "/") : http.Secure(resource.AuthorizationServers?[0], $"The authorization server that {address.Authority} names");
        var found = await ServerAsync(issuer, cancel) ?? throw LoginProblemException.NotSupported(
            resource is null
                ? $"{address.Authority} does not say where to log in: it has neither metadata of its own (RFC 9728) nor of an authorization server (RFC 8414)."
                : $"{issuer.AbsoluteUri}, where one logs in to {address.Authority}, does not describe itself (RFC 8414, OpenID Connect Discovery).");
        Check(found, issuer);
        var scopes = challenge.GetValueOrDefault("scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? resource?.Scopes ?? [];
        return new(found, resource?.Resource ?? Canonical(address), WithRefresh(scopes, found));
    }

    /// <summary>The address of a server as it is known here: without query and fragment, which may hold a key.</summary>
    public static string Canonical(Uri address) => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    Task<string?> ChallengeAsync(MCPServerDetails server, Uri address, CancellationToken cancel)
    {
        var isSse = server.Transport == MCPServerTransport.Sse;
        var request = new HttpRequestMessage(isSse ? HttpMethod.Get : HttpMethod.Post, address);
        request.Headers.Accept.ParseAdd(isSse ? "text/event-stream" : "application/json, text/event-stream");
        foreach (var (name, value) in server.Headers.Where(static header => header.Value != SecretMask.Text && !header.Key.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (!isSse)
        {
            request.Content = new ByteArrayContent(Ping) { Headers = { ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json") } };
        }

        return http.ChallengeAsync(request, cancel);
    }

    static Dictionary<string, string> Parameters(string? challenge)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (challenge is not null && NameValueHeaderValue.TryParseList([challenge], out var pairs))
        {
            foreach (var pair in pairs)
            {
                parameters[pair.Name.ToString()] = pair.GetUnescapedValue().ToString();
            }
        }

        return parameters;
    }

    async Task<ProtectedResource?> ResourceAsync(Uri address, string? hint, CancellationToken cancel)
    {
        var places = new List<Uri>();
        if (hint is not null)
        {
            places.Add(http.Secure(hint, $"The metadata that {address.Authority} names"));
        }

        places.Add(WellKnown(address, OfResource));
        places.Add(WellKnown(new Uri(address, "/"), OfResource));
        foreach (var place in places.Distinct())
        {
            if (await http.ReadAsync(place, LoginJson.Default.ProtectedResource, cancel) is { Resource: not null, AuthorizationServers.Count: > 0 } found)
            {
                return IsOf(found.Resource, address)
                    ? found
                    : throw LoginProblemException.Issue($"The metadata of {Canonical(address)} is that of another server: a token for that one is not sent here.");
            }
        }

        return null;
    }

    // The server itself, or what it is a part of.
    static bool IsOf(string resource, Uri address) =>
        Uri.TryCreate(resource, UriKind.Absolute, out var named)
        && Uri.Compare(named, address, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0
        && $"{address.AbsolutePath.TrimEnd('/')}/".StartsWith($"{named.AbsolutePath.TrimEnd('/')}/", StringComparison.Ordinal);

    async Task<AuthorizationServer?> ServerAsync(Uri issuer, CancellationToken cancel)
    {
        Uri[] places = [WellKnown(issuer, OfServer), WellKnown(issuer, OfOpenId), new(issuer, $"{issuer.AbsolutePath.TrimEnd('/')}/.well-known/{OfOpenId}")];
        foreach (var place in places.Distinct())
        {
            if (await http.ReadAsync(place, LoginJson.Default.AuthorizationServer, cancel) is { Issuer: not null } found)
            {
                return found;
            }
        }

        return null;
    }

    static Uri WellKnown(Uri address, string what) => new(address, $"/.well-known/{what}{address.AbsolutePath.TrimEnd('/')}");

    void Check(AuthorizationServer server, Uri issuer)
    {
        if (server.Issuer!.TrimEnd('/') != issuer.AbsoluteUri.TrimEnd('/'))
        {
            throw LoginProblemException.Issue($"{issuer.AbsoluteUri} describes itself as another server, '{Api.Answers.Shorten(server.Issuer)}'.");
        }

        http.Secure(server.AuthorizationEndpoint, $"The authorization_endpoint of {issuer.Authority}");
        http.Secure(server.TokenEndpoint, $"The token_endpoint of {issuer.Authority}");
        if (server.ChallengeMethods?.Contains("S256", StringComparer.Ordinal) != true)
        {
            throw LoginProblemException.NotSupported($"{issuer.AbsoluteUri} does not say that it takes PKCE with S256 (code_challenge_methods_supported), without which a login could be stolen.");
        }
    }

    // Otherwise OpenID servers give no refresh token, and the person would have to log in every hour.
    static IReadOnlyList<string> WithRefresh(IReadOnlyList<string> scopes, AuthorizationServer server) =>
        server.Scopes?.Contains("offline_access", StringComparer.Ordinal) == true && !scopes.Contains("offline_access", StringComparer.Ordinal) ? [.. scopes, "offline_access"] : scopes;
}
