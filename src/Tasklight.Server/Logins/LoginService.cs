using System.Security.Cryptography;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Logins;

/// <summary>Gives out tokens of logins that people made, refreshed when their time is past, and makes the pages to log in (docs/tools.md).</summary>
sealed class LoginService(ILoginStore store, LoginBox box, LoginDiscovery discovery, OAuthCalls oauth, TimeProvider time)
{
    /// <summary>How long a person may take from the page to the end of the login.</summary>
    public static readonly TimeSpan PageLife = TimeSpan.FromHours(1);

    // A refresh token may be good for one use only, and a second page would be one too many.
    readonly KeyedGate<LoginKey> _gate = new();

    /// <summary>Where the login stands: a token, a page to log in, or why there is neither.</summary>
    public async Task<MCPOAuthGetTokenResponse> GetTokenAsync(LoginAsk ask, CancellationToken cancel)
    {
        if (ask.Address is not { } address)
        {
            return Without(MCPOAuthResponseType.NotSupported, "The server has no http or https address (url), so there is nothing to log in to.");
        }

        var key = ask.KeyFor(address);
        using var turn = await _gate.EnterAsync(key, cancel);
        try
        {
            return await HeldAsync(key, ask) is { } token
                ? new() { Type = MCPOAuthResponseType.TokenReady, Data = new() { AccessToken = token } }
                : ask.MakesPage ? LoginRequired(await PageAsync(key, address, ask, cancel), key) : await WaitingAsync(key, cancel);
        }
        catch (LoginProblemException problem)
        {
            return Without(problem.Type, problem.Message);
        }
    }

    /// <summary>Forgets a login and has its tokens taken back; null when nobody is logged in.</summary>
    public async Task<EndedLogin?> EndAsync(LoginKey key, string serverName, CancellationToken cancel)
    {
        using var turn = await _gate.EnterAsync(key, cancel);
        StoredLogin? login;
        do
        {
            login = await store.FindLoginAsync(key, cancel);
        }
        while (login is not null && !await store.ForgetAsync(login));

        if (login is null)
        {
            return null;
        }

        var problem = await oauth.RevokeAsync(box.OpenTokens(login.Secrets));
        return new() { ServerName = serverName, ServerUrl = key.Server, IsShared = key.AgentId == LoginKey.Shared, IsRevoked = problem is null, Problem = problem };
    }

    /// <summary>The token that is held, refreshed if need be; null when there is none, or none that is any good.</summary>
    async Task<string?> HeldAsync(LoginKey key, LoginAsk ask)
    {
        if (await store.FindLoginAsync(key) is not { } login)
        {
            return null;
        }

        var (tokens, refused) = (box.OpenTokens(login.Secrets), ask.Refused);
        if (ask.Server.AdditionalScopes.Except(tokens.Scopes, StringComparer.Ordinal).Any())
        {
            // It stays good for those who want no more.
            return null;
        }

        var isRefused = refused is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(LoginAsk.HashOf(tokens.AccessToken)), Encoding.UTF8.GetBytes(refused));
        var now = time.GetUtcNow();
        if (!isRefused && !tokens.IsExpired(now))
        {
            return tokens.AccessToken;
        }

        if (isRefused ? tokens.MayBeMended(now) : tokens.RefreshToken is not null)
        {
            return await RefreshAsync(login, tokens, isRefused);
        }

        await store.ForgetAsync(login);
        return null;
    }

    async Task<string?> RefreshAsync(StoredLogin login, LoginTokens tokens, bool isRefused)
    {
        var (renewed, refusal) = await oauth.RefreshAsync(tokens);
        if (renewed is not null)
        {
            // Somebody may have logged in meanwhile; that login is the better one.
            return await store.RenewAsync(login, box.Seal(renewed with { AnswersRefusal = isRefused }), time.Now())
                ? renewed.AccessToken
                : await store.FindLoginAsync(login.Key) is { } newer ? box.OpenTokens(newer.Secrets).AccessToken : null;
        }

        if (refusal is not ("invalid_grant" or "invalid_client" or "unauthorized_client"))
        {
            throw LoginProblemException.Issue($"{new Uri(tokens.TokenEndpoint).Authority} does not refresh the token: {OAuthError.Shown(refusal)}.");
        }

        await store.ForgetAsync(login);
        if (tokens.Client.IsRefusedBy(refusal))
        {
            await store.RemoveClientAsync(login.Key.Organization, tokens.Issuer, tokens.RedirectUri);
        }

        return null;
    }

    async Task<LoginPlan> PageAsync(LoginKey key, Uri address, LoginAsk ask, CancellationToken cancel)
    {
        var latest = await store.LatestAttemptAsync(key, cancel);
        var earlier = latest is { State: LoginAttemptState.Open, Secrets: { } secrets } ? box.OpenPlan(secrets) : null;
        if (earlier is not null && earlier.Fingerprint == ask.Fingerprint && latest!.ExpiresAt - time.GetUtcNow() >= PageLife / 2)
        {
            return earlier;
        }

        var target = await discovery.FindAsync(ask.Server, address, cancel);
        var held = await store.FindLoginAsync(key, cancel) is { } login ? box.OpenTokens(login.Secrets).Scopes : [];
        IReadOnlyList<string> scopes = [.. target.Scopes.Concat(held).Concat(ask.Server.AdditionalScopes).Distinct(StringComparer.Ordinal)];
        // Nobody came back from the last page: perhaps the authorization server knows the client no more, and then shows an error instead of a login.
        var client = OAuthCalls.ClientOf(ask.Server, target.Server) ?? await RegisteredAsync(key.Organization, target, ask.RedirectUri, scopes, isAnew: earlier?.Fingerprint == ask.Fingerprint, cancel);
        var (state, verifier) = (LoginState.New(key.Organization), OAuthCalls.NewVerifier());
        var plan = new LoginPlan
        {
            Page = OAuthCalls.PageOf(target, client, ask.RedirectUri, verifier, state, scopes),
            Fingerprint = ask.Fingerprint,
            Verifier = verifier,
            ServerName = ask.NameOf(address),
            NamesIssuer = target.Server.NamesIssuer,
            Issuer = target.Server.Issuer!,
            TokenEndpoint = target.Server.TokenEndpoint!,
            RevocationEndpoint = target.Server.RevocationEndpoint,
            RedirectUri = ask.RedirectUri,
            Resource = target.Resource,
            Scopes = scopes,
            Client = client,
        };
        var now = time.Now();
        await store.AddAttemptAsync(new(key, state.Id, now, now + PageLife, box.Seal(plan)));
        return plan;
    }

    async Task<OAuthClient> RegisteredAsync(string organization, LoginTarget target, string redirectUri, IReadOnlyList<string> scopes, bool isAnew, CancellationToken cancel)
    {
        var issuer = target.Server.Issuer!;
        if (!isAnew && await store.FindClientAsync(organization, issuer, redirectUri, cancel) is { } stored
            && box.OpenClient(stored.Secrets) is var known && (known.ExpiresAt is not { } end || end > time.GetUtcNow() + PageLife))
        {
            return known;
        }

        var client = await oauth.RegisterAsync(target.Server, redirectUri, scopes, cancel);
        await store.SaveClientAsync(new(organization, issuer, redirectUri, time.Now(), box.Seal(client)));
        return client;
    }

    async Task<MCPOAuthGetTokenResponse> WaitingAsync(LoginKey key, CancellationToken cancel)
    {
        var latest = await store.LatestAttemptAsync(key, cancel);
        return latest switch
        {
            { State: LoginAttemptState.Open, Secrets: { } secrets } when latest.ExpiresAt > time.GetUtcNow() => LoginRequired(box.OpenPlan(secrets), key),
            { State: LoginAttemptState.Open } => Issue("Nobody logged in before the page's time was over."),
            { State: LoginAttemptState.Taken } => Issue("The login is being finished."),
            { State: LoginAttemptState.Failed } => Issue(latest.Problem!),
            _ => Issue($"Nobody is logged in to {key.Server}."),
        };
    }

    static MCPOAuthGetTokenResponse Issue(string message) => Without(MCPOAuthResponseType.TokenIssue, $"{message} A call with generate_login_url=true gives a page to log in.");

    static MCPOAuthGetTokenResponse Without(MCPOAuthResponseType type, string message) => new() { Type = type, Data = new() { Message = message } };

    static MCPOAuthGetTokenResponse LoginRequired(LoginPlan plan, LoginKey key) => new()
    {
        Type = MCPOAuthResponseType.LoginRequired,
        Data = new() { Url = plan.Page, ServerUrl = key.Server, ServerName = plan.ServerName },
    };
}
