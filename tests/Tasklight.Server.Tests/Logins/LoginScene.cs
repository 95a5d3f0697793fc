using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Tasklight.Server.Logins;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Logins;

/// <summary>A server, an authorization server with its MCP server, and one clock for both.</summary>
sealed class LoginScene : IAsyncDisposable
{
    readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("tasklight-logins-");
    readonly string[] _settings;
    readonly KeptLog _log = new();
    bool _isStopped;

    LoginScene(AuthorizationServerDouble authority, TestClock clock, string[] settings) => (Authority, Clock, _settings) = (authority, clock, settings);

    public AuthorizationServerDouble Authority { get; }

    public TestClock Clock { get; }

    public RunningServer Server { get; private set; } = null!;

    public string Agent { get; private set; } = "";

    public string Data => _data.FullName;

    /// <summary>What the server logged.</summary>
    public IEnumerable<string> Log => _log.Lines;

    public static Task<LoginScene> StartAsync() => StartAsync("--fetch-allow", "127.0.0.0/8");

    public static async Task<LoginScene> StartAsync(params string[] settings)
    {
        var clock = new TestClock();
        var scene = new LoginScene(await AuthorizationServerDouble.StartAsync(clock), clock, settings);
        await scene.RunAsync();
        scene.Agent = (await scene.Server.Client.JsonAsync("POST", "/v1/agents", new { name = "clerk" }, HttpStatusCode.Created)).Text("id");
        return scene;
    }

    /// <summary>Ends the server and starts another one on its data, at another address.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await RunAsync();
    }

    /// <summary>Ends the server; its data stays.</summary>
    public async Task StopAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            await Server.DisposeAsync();
        }
    }

    /// <summary>What the Python client sends: every key of its model.</summary>
    public JsonObject Details(Action<JsonObject>? with = null)
    {
        var details = new JsonObject
        {
            ["type"] = "remote",
            ["name"] = "mail",
            ["command"] = null,
            ["url"] = Authority.McpAddress,
            ["transport"] = "streamable-http",
            ["auth_type"] = "oauth2",
            ["api_key"] = null,
            ["use_secrets_manager"] = false,
            ["client_id"] = null,
            ["client_secret"] = null,
            ["headers"] = new JsonObject(),
            ["env_vars"] = new JsonObject(),
            ["allowed_tools"] = new JsonArray(),
            ["additional_scopes"] = new JsonArray(),
            ["share_user_token_across_other_agents"] = true,
        };
        with?.Invoke(details);
        return details;
    }

    /// <summary>Asks for a token.</summary>
    public async Task<JsonElement> AskAsync(string user = "ann", Action<JsonObject>? with = null, bool makesPage = true, string? refused = null, string? agent = null, HttpClient? client = null) =>
        await (client ?? Server.Client).JsonAsync(
            "POST",
            $"/mcp_auth/{agent ?? Agent}/{user}/get_token?generate_login_url={(makesPage ? "true" : "false")}{(refused is null ? "" : $"&refused={LoginAsk.HashOf(refused)}")}",
            JsonContent.Create(Details(with)));

    /// <summary>Asks for a token that must be there.</summary>
    public async Task<string> TokenAsync(string user = "ann", Action<JsonObject>? with = null, string? refused = null, string? agent = null)
    {
        var answer = await AskAsync(user, with, makesPage: false, refused, agent);
        Assert.True(answer.Text("type") == "token_ready", answer.GetRawText());
        return answer.GetProperty("data").Text("access_token");
    }

    /// <summary>Asks for a page to log in that must be made.</summary>
    public async Task<string> PageAsync(string user = "ann", Action<JsonObject>? with = null, string? refused = null, string? agent = null)
    {
        var answer = await AskAsync(user, with, makesPage: true, refused, agent);
        Assert.True(answer.Text("type") == "login_required", answer.GetRawText());
        return answer.GetProperty("data").Text("url");
    }

    /// <summary>Asks for a page, logs in there and comes back.</summary>
    public async Task LogInAsync(string user = "ann", Action<JsonObject>? with = null, string? agent = null)
    {
        var (status, page, _) = await Authority.LogInAsync(await PageAsync(user, with, agent: agent), user);
        Assert.True(status == HttpStatusCode.OK, page);
    }

    public static Dictionary<string, string> QueryOf(string page) => QueryHelpers.ParseQuery(new Uri(page).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Authority.DisposeAsync();
        _data.Delete(recursive: true);
    }

    async Task RunAsync()
    {
        Server = await RunningServer.StartAsync(
            Data,
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(Clock);
                builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(_log);
            },
            _settings);
        _isStopped = false;
    }
}
