#pragma warning disable IDE0005 // The end-to-end tests, which have this file too, need all of them.
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Tasklight.Server.Tests.Logins;

/// <summary>
/// A real authorization server on a port of its own, and beside it an MCP server's address that wants its tokens: discovery, registration, PKCE, codes
/// that are good once, refresh tokens that change with every use. It takes nothing that the RFCs do not let it take; a test sets its moods.
/// </summary>
sealed class AuthorizationServerDouble : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly TimeProvider _clock;
    readonly ConcurrentDictionary<string, Registered> _clients = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Granted> _codes = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Granted> _refreshes = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Issued> _tokens = new(StringComparer.Ordinal);
    readonly HttpClient _person = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { DefaultRequestHeaders = { { "Accept", "text/html,*/*;q=0.8" } } };

    AuthorizationServerDouble(TimeProvider clock)
    {
        _clock = clock;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Root => _app.Urls.First();

    public string Issuer => Root + "/tenant";

    /// <summary>An MCP server's address that takes its tokens only, and says where they are to be had.</summary>
    public string McpAddress => Root + "/mcp";

    /// <summary>What tokens are for; the MCP server's address unless a test has an MCP server elsewhere.</summary>
    public string? Resource { get; set; }

    public TimeSpan TokenLife { get; set; } = TimeSpan.FromMinutes(5);

    public bool GivesRefreshTokens { get; set; } = true;

    /// <summary>Changes what it says of itself.</summary>
    public Action<JsonObject> Metadata { get; set; } = static _ => { };

    /// <summary>Changes what its MCP server says of itself; null = it says nothing.</summary>
    public Action<JsonObject>? ResourceMetadata { get; set; } = static _ => { };

    /// <summary>Where its description stands.</summary>
    public string MetadataPath { get; set; } = "/.well-known/oauth-authorization-server/tenant";

    /// <summary>The status of its token endpoint when it is out of order.</summary>
    public int? TokenFault { get; set; }

    /// <summary>The answer of its revocation endpoint to a kind of token, when it takes none back: a status and a word.</summary>
    public Func<string, (int Status, string Error)?> RevocationFault { get; set; } = static _ => null;

    /// <summary>Requests by method and path, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Everything that must stay secret: codes, tokens, client secrets.</summary>
    public ConcurrentBag<string> Secrets { get; } = [];

    public int Registrations => _clients.Values.Count(client => client.IsDynamic);

    public int Refreshes => Requests.Count(request => request == "POST /token refresh_token");

    public static async Task<AuthorizationServerDouble> StartAsync(TimeProvider? clock = null)
    {
        var server = new AuthorizationServerDouble(clock ?? TimeProvider.System);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A client that an administrator made.</summary>
    public void Know(string id, string secret, string redirectUri, string method)
    {
        Secrets.Add(secret);
        _clients[id] = new(secret, redirectUri, method, IsDynamic: false);
    }

    public void ForgetClients() => _clients.Clear();

    /// <summary>Whose token it is, while it is good.</summary>
    public string? UserOf(string? token) => token is not null && _tokens.TryGetValue(token, out var issued) && issued.EndsAt > _clock.GetUtcNow() ? issued.User : null;

    /// <summary>A token that was got elsewhere.</summary>
    public string Issue(string user)
    {
        var token = NewSecret("access");
        _tokens[token] = new(user, [], _clock.GetUtcNow() + TokenLife);
        return token;
    }

    /// <summary>No access token is good any more; refresh tokens are.</summary>
    public void RevokeAccess() => _tokens.Clear();

    /// <summary>The person's login is over: refresh tokens are no good either.</summary>
    public void RevokeAll()
    {
        _tokens.Clear();
        _refreshes.Clear();
    }

    /// <summary>A person opens the page and logs in, or says no; answers where they are sent then.</summary>
    public async Task<Uri> VisitAsync(string page, string user, bool denies = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        request.Headers.Add("x-person", denies ? "deny" : user);
        using var answer = await _person.SendAsync(request);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"the page answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer.Headers.Location!;
    }

    /// <summary>A person opens the page, logs in and comes back.</summary>
    public async Task<(HttpStatusCode Status, string Page, HttpResponseHeaders Headers)> LogInAsync(string page, string user, bool denies = false) => await ComeBackAsync(await VisitAsync(page, user, denies));

    public async Task<(HttpStatusCode Status, string Page, HttpResponseHeaders Headers)> ComeBackAsync(Uri address)
    {
        using var answer = await _person.GetAsync(address);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers);
    }

    /// <summary>Scopes that it gives to nobody, whatever it is asked for.</summary>
    public HashSet<string> Withheld { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Lets a request with a good token through; everybody else gets a 401 that says where to log in, and who has a token that is not good for the
    /// scope a 403 that names it. For an MCP server elsewhere.
    /// </summary>
    public bool Refuses(HttpContext context, out string? user, string? scope = null)
    {
        var bearer = context.Request.Headers.Authorization.ToString();
        var token = bearer.StartsWith("Bearer ", StringComparison.Ordinal) ? bearer["Bearer ".Length..] : null;
        user = UserOf(token);
        if (user is null)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = ResourceMetadata is null ? "Bearer" : $"Bearer realm=\"a, b\", resource_metadata=\"{Root}/.well-known/oauth-protected-resource/mcp\", scope=\"mail.read\"";
            return true;
        }

        if (scope is null || _tokens[token!].Scopes.Contains(scope, StringComparer.Ordinal))
            return false;
        context.Response.StatusCode = 403;
        context.Response.Headers.WWWAuthenticate = $"Bearer error=\"insufficient_scope\", scope=\"{scope}\", resource_metadata=\"{Root}/.well-known/oauth-protected-resource/mcp\", error_description=\"Not this, and \\\"that\\\" neither\"";
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        _person.Dispose();
        await _app.DisposeAsync();
    }

    async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        var form = request.HasFormContentType ? await request.ReadFormAsync() : null;
        Requests.Enqueue($"{request.Method} {path}{(form is null ? "" : $" {form["grant_type"]}")}");
        if (path == "/mcp")
        {
            if (!Refuses(context, out _))
                await context.Response.WriteAsJsonAsync(new { jsonrpc = "2.0", id = 1, result = new { } });
        }
        else if (path == "/.well-known/oauth-protected-resource/mcp" && ResourceMetadata is { } change)
        {
            await WriteAsync(context, change, new() { ["resource"] = Resource ?? McpAddress, ["authorization_servers"] = new JsonArray(Issuer), ["scopes_supported"] = new JsonArray("mail.all") });
        }
        else if (path == MetadataPath)
        {
            await WriteAsync(context, Metadata, Description());
        }
        else
        {
            await ((request.Method, path) switch
            {
                ("POST", "/register") => RegisterAsync(context),
                ("GET", "/authorize") => AuthorizeAsync(context),
                ("POST", "/revoke") => RevokeAsync(context, form!),
                ("POST", "/token") when TokenFault is null => TokenAsync(context, form!),
                _ => NotHereAsync(context, path),
            });
        }
    }

    Task NotHereAsync(HttpContext context, string path)
    {
        context.Response.StatusCode = path == "/token" ? TokenFault!.Value : 404;
        return Task.CompletedTask;
    }

    JsonObject Description() => new()
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = $"{Root}/authorize?theme=dark",
        ["token_endpoint"] = $"{Root}/token",
        ["registration_endpoint"] = $"{Root}/register",
        ["revocation_endpoint"] = $"{Root}/revoke",
        ["response_types_supported"] = new JsonArray("code"),
        ["code_challenge_methods_supported"] = new JsonArray("plain", "S256"),
        ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post", "none"),
        ["authorization_response_iss_parameter_supported"] = true,
    };

    static Task WriteAsync(HttpContext context, Action<JsonObject> change, JsonObject document)
    {
        change(document);
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(document.ToJsonString());
    }

    async Task RegisterAsync(HttpContext context)
    {
        var asked = (await JsonNode.ParseAsync(context.Request.Body))!;
        var method = asked["token_endpoint_auth_method"]!.GetValue<string>();
        var (id, secret) = ($"client-{Guid.NewGuid():N}", method == "none" ? null : NewSecret("client-secret"));
        _clients[id] = new(secret, asked["redirect_uris"]![0]!.GetValue<string>(), method, IsDynamic: true);
        context.Response.StatusCode = 201;
        var answer = new JsonObject { ["client_id"] = id, ["token_endpoint_auth_method"] = method, ["redirect_uris"] = asked["redirect_uris"]!.DeepClone() };
        if (secret is not null)
            (answer["client_secret"], answer["client_secret_expires_at"]) = (secret, 0);
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    Task AuthorizeAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["theme"] != "dark" || !_clients.TryGetValue(query["client_id"].ToString(), out var client) || client.RedirectUri != query["redirect_uri"])
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync("This is no page of a client that is known here.");
        }

        var back = new Dictionary<string, string?> { ["state"] = query["state"], ["iss"] = Issuer };
        var person = context.Request.Headers["x-person"].ToString();
        if (query["response_type"] != "code" || query["code_challenge_method"] != "S256" || query["code_challenge"].ToString().Length != 43 || query["resource"] != (Resource ?? McpAddress))
        {
            back["error"] = "invalid_request";
        }
        else if (person == "deny")
        {
            back["error"] = "access_denied";
        }
        else
        {
            var code = NewSecret("code");
            _codes[code] = new(query["client_id"]!, query["redirect_uri"]!, query["code_challenge"]!, query["resource"]!, [.. query["scope"].ToString().Split(' ').Except(Withheld, StringComparer.Ordinal)], person);
            back["code"] = code;
        }

        context.Response.Redirect(QueryHelpers.AddQueryString(client.RedirectUri, back));
        return Task.CompletedTask;
    }

    Task TokenAsync(HttpContext context, IFormCollection form)
    {
        var id = ClientOf(context, form);
        var isCode = form["grant_type"] == "authorization_code";
        if (id is null)
            return RefuseAsync(context, 401, "invalid_client");
        if (!(isCode ? _codes : _refreshes).TryRemove(form[isCode ? "code" : "refresh_token"].ToString(), out var granted) || granted.Client != id || granted.Resource != form["resource"])
            return RefuseAsync(context, 400, "invalid_grant");
        if (isCode && (form["redirect_uri"] != granted.RedirectUri || ChallengeOf(form["code_verifier"].ToString()) != granted.Challenge))
            return RefuseAsync(context, 400, "invalid_grant");

        var token = NewSecret("access");
        _tokens[token] = new(granted.User, granted.Scopes, _clock.GetUtcNow() + TokenLife);
        var answer = new JsonObject { ["access_token"] = token, ["token_type"] = "bearer", ["expires_in"] = TokenLife.TotalSeconds };
        if (GivesRefreshTokens)
        {
            var refresh = NewSecret("refresh");
            _refreshes[refresh] = granted;
            answer["refresh_token"] = refresh;
        }

        return WriteAsync(context, static _ => { }, answer);
    }

    Task RevokeAsync(HttpContext context, IFormCollection form)
    {
        var (token, kind) = (form["token"].ToString(), form["token_type_hint"].ToString());
        if (ClientOf(context, form) is null)
            return RefuseAsync(context, 401, "invalid_client");
        if (RevocationFault(kind) is { } fault)
            return RefuseAsync(context, fault.Status, fault.Error);
        _ = kind == "refresh_token" ? _refreshes.TryRemove(token, out _) : _tokens.TryRemove(token, out _);
        return Task.CompletedTask;
    }

    string? ClientOf(HttpContext context, IFormCollection form)
    {
        var (id, secret, method) = (form["client_id"].ToString(), form["client_secret"].ToString(), form.ContainsKey("client_secret") ? "client_secret_post" : "none");
        if (AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) && header.Scheme == "Basic")
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)).Split(':');
            (id, secret, method) = (WebUtility.UrlDecode(pair[0]), WebUtility.UrlDecode(pair[1]), "client_secret_basic");
        }

        return _clients.TryGetValue(id, out var client) && client.Method == method && (client.Secret ?? "") == secret ? id : null;
    }

    static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, static _ => { }, new() { ["error"] = error, ["error_description"] = "<b>never shown</b>" });
    }

    static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    string NewSecret(string kind)
    {
        var secret = $"{kind}-{Guid.NewGuid():N}";
        Secrets.Add(secret);
        return secret;
    }

    sealed record Registered(string? Secret, string RedirectUri, string Method, bool IsDynamic);

    sealed record Granted(string Client, string RedirectUri, string Challenge, string Resource, IReadOnlyList<string> Scopes, string User);

    sealed record Issued(string User, IReadOnlyList<string> Scopes, DateTimeOffset EndsAt);
}
