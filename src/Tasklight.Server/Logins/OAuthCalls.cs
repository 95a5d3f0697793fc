using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Logins.Documents;

namespace Tasklight.Server.Logins;

/// <summary>What is said to authorization servers: registration (RFC 7591), the page to log in, code and refresh token for tokens (RFC 6749, 7636, 8707).</summary>
sealed class OAuthCalls(LoginHttp http, TimeProvider time)
{
    /// <summary>The client that an MCP server's details name; null when they name none.</summary>
    public static OAuthClient? ClientOf(MCPServerDetails details, AuthorizationServer server)
    {
        if (string.IsNullOrEmpty(details.ClientId))
        {
            return null;
        }

        var secret = details.ClientSecret is { Length: > 0 } given && given != SecretMask.Text ? given : null;
        return new(details.ClientId, secret, MethodFor(secret, server), IsRegistered: false);
    }

    /// <summary>Registers this server.</summary>
    /// <exception cref="LoginProblemException">The authorization server cannot be reached, refuses, or knows no registration.</exception>
    public async Task<OAuthClient> RegisterAsync(AuthorizationServer server, string redirectUri, IReadOnlyList<string> scopes, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(server.RegistrationEndpoint))
        {
            throw LoginProblemException.NotSupported($"{server.Issuer} lets nobody register by himself: give client_id, and client_secret if there is one, in the MCP server's details. Its redirect URI is {redirectUri}.");
        }

        var endpoint = http.Secure(server.RegistrationEndpoint, $"The registration_endpoint of {server.Issuer}");
        var method = server.AuthMethods is null ? OAuthClient.Basic
            : new[] { OAuthClient.NoAuth, OAuthClient.Basic, OAuthClient.Post }.FirstOrDefault(name => server.AuthMethods.Contains(name, StringComparer.Ordinal)) ?? OAuthClient.Basic;
        var registered = await http.RegisterAsync(endpoint, new([redirectUri], method, scopes.Count == 0 ? null : string.Join(' ', scopes)), cancel);
        var secret = string.IsNullOrEmpty(registered.ClientSecret) ? null : registered.ClientSecret;
        return new(registered.ClientId!, secret, secret is null ? OAuthClient.NoAuth : registered.AuthMethod ?? MethodFor(secret, server), IsRegistered: true)
        {
            ExpiresAt = registered.SecretExpiresAt is > 0 and var end && secret is not null ? DateTimeOffset.UnixEpoch.AddSeconds(end) : null,
        };
    }

    /// <summary>The page where a person logs in.</summary>
    public static string PageOf(LoginTarget target, OAuthClient client, string redirectUri, string verifier, LoginState state, IReadOnlyList<string> scopes)
    {
        var query = new StringBuilder()
            .Append("response_type=code&client_id=").Append(Escape(client.Id)).Append("&redirect_uri=").Append(Escape(redirectUri))
            .Append("&state=").Append(Escape(state.ToString())).Append("&code_challenge=").Append(ChallengeOf(verifier)).Append("&code_challenge_method=S256")
            .Append("&resource=").Append(Escape(target.Resource));
        if (scopes.Count > 0)
        {
            query.Append("&scope=").Append(Escape(string.Join(' ', scopes)));
        }

        var page = new UriBuilder(target.Server.AuthorizationEndpoint!) { Fragment = "" };
        page.Query = page.Query.Length > 1 ? $"{page.Query[1..]}&{query}" : query.ToString();
        return page.Uri.AbsoluteUri;
    }

    public static string NewVerifier() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Tokens for the code that a person came back with.</summary>
    /// <returns>The tokens, or the authorization server's word for why there are none.</returns>
    /// <exception cref="LoginProblemException">It cannot be reached, or answers what cannot be used.</exception>
    public async Task<(LoginTokens? Tokens, string? Refusal)> ExchangeAsync(LoginPlan plan, string code)
    {
        var answer = await AskAsync(plan.TokenEndpoint, plan.Client, new(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = plan.RedirectUri,
            ["code_verifier"] = plan.Verifier,
            ["resource"] = plan.Resource,
        });
        if (answer.Error is { Length: > 0 } refusal)
        {
            return (null, refusal);
        }

        return (new(plan, answer.AccessToken!) { RefreshToken = answer.RefreshToken, IssuedAt = time.GetUtcNow(), ExpiresAt = EndOf(answer) }, null);
    }

    /// <summary>Tokens in the place of those that are no good any more.</summary>
    /// <inheritdoc cref="ExchangeAsync" path="/returns"/>
    /// <inheritdoc cref="ExchangeAsync" path="/exception"/>
    public async Task<(LoginTokens? Tokens, string? Refusal)> RefreshAsync(LoginTokens tokens)
    {
        var answer = await AskAsync(tokens.TokenEndpoint, tokens.Client, new(StringComparer.Ordinal)
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = tokens.RefreshToken!,
            ["resource"] = tokens.Resource,
        });
        return answer.Error is { Length: > 0 } refusal
            ? (null, refusal)
            : (tokens with { AccessToken = answer.AccessToken!, RefreshToken = answer.RefreshToken ?? tokens.RefreshToken, IssuedAt = time.GetUtcNow(), ExpiresAt = EndOf(answer), AnswersRefusal = false }, null);
    }

    /// <summary>Has the tokens taken back (RFC 7009): the one that makes others first.</summary>
    /// <returns>Why they were not, as a sentence; null when they were.</returns>
    public async Task<string?> RevokeAsync(LoginTokens tokens)
    {
        if (string.IsNullOrEmpty(tokens.RevocationEndpoint))
        {
            return $"{tokens.Issuer} does not take tokens back.";
        }

        try
        {
            var problem = tokens.RefreshToken is null ? null : await RevokeAsync(tokens, tokens.RefreshToken, "refresh_token");
            return problem ?? await RevokeAsync(tokens, tokens.AccessToken, "access_token");
        }
        catch (LoginProblemException unreachable)
        {
            return unreachable.Message;
        }
    }

    async Task<string?> RevokeAsync(LoginTokens tokens, string token, string kind)
    {
        var endpoint = http.Secure(tokens.RevocationEndpoint, $"The revocation_endpoint of {tokens.Issuer}");
        using var request = Request(endpoint, tokens.Client, new(StringComparer.Ordinal) { ["token"] = token, ["token_type_hint"] = kind });
        var (status, refusal) = await http.RevokeAsync(endpoint, request);
        // Those who take refresh tokens alone end with them what they made.
        return status is >= 200 and < 300 || (refusal == "unsupported_token_type" && kind == "access_token" && tokens.RefreshToken is not null)
            ? null
            : $"{endpoint.Authority} did not take the {kind} back: {(string.IsNullOrEmpty(refusal) ? $"it answered {status}" : OAuthError.Shown(refusal))}.";
    }

    static string MethodFor(string? secret, AuthorizationServer server)
    {
        if (secret is null)
        {
            return OAuthClient.NoAuth;
        }

        // Without a word about it, basic is the rule (RFC 8414).
        return server.AuthMethods is { } methods && !methods.Contains(OAuthClient.Basic, StringComparer.Ordinal) && methods.Contains(OAuthClient.Post, StringComparer.Ordinal)
            ? OAuthClient.Post
            : OAuthClient.Basic;
    }

    static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    // Not with the caller's token: who has sent a refresh token away and does not wait for the answer has lost the login.
    async Task<TokenAnswer> AskAsync(string tokenEndpoint, OAuthClient client, Dictionary<string, string> form)
    {
        var endpoint = http.Secure(tokenEndpoint, "The token_endpoint");
        using var request = Request(endpoint, client, form);
        var answer = await http.AskForTokensAsync(endpoint, request, CancellationToken.None);
        return answer.Error is { Length: > 0 } || IsUsable(answer)
            ? answer
            : throw LoginProblemException.Issue($"{endpoint.Authority} gave a token that cannot be sent as a bearer token.");
    }

    static HttpRequestMessage Request(Uri endpoint, OAuthClient client, Dictionary<string, string> form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Accept.ParseAdd(MediaTypeNames.Application.Json);
        if (client is { Secret: { } secret, AuthMethod: not OAuthClient.Post })
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{FormEscape(client.Id)}:{FormEscape(secret)}")));
        }
        else
        {
            form["client_id"] = client.Id;
            if (client.Secret is not null)
            {
                form["client_secret"] = client.Secret;
            }
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    static bool IsUsable(TokenAnswer answer) =>
        answer.TokenType is null or "" || answer.TokenType.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            ? answer.AccessToken!.All(static letter => letter is > ' ' and <= '~')
            : false;

    DateTimeOffset? EndOf(TokenAnswer answer) => answer.ExpiresIn is >= 0 and <= int.MaxValue and var seconds ? time.GetUtcNow().AddSeconds(seconds) : null;

    static string Escape(string text) => Uri.EscapeDataString(text);

    // RFC 6749 §2.3.1.
    static string FormEscape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
