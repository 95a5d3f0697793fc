using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tools;
using Tasklight.EndToEnd.Tests.Sdk;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Agents whose one MCP server wants each end user's own login, the platform, and a model that reads mail with it.</summary>
internal sealed class MailScene : IAsyncDisposable
{
    private MailScene(MailServer mail, ServerFixture server, ScriptedChatClient model) =>
        (Mail, Server, Api, Model) = (mail, server, new RestApi(new Uri(server.BaseUrl), server.Key), model);

    public MailServer Mail { get; }

    public ServerFixture Server { get; }

    public RestApi Api { get; }

    public ScriptedChatClient Model { get; }

    /// <summary>Starts all of it.</summary>
    /// <param name="model">Makes the model; one that reads mail and tells what came, unless given.</param>
    /// <param name="isRunByTheServer">The server runs the agents itself.</param>
    public static async Task<MailScene> StartAsync(Func<MailServer, ScriptedChatClient>? model = null, bool isRunByTheServer = true)
    {
        var mail = await MailServer.StartAsync();
        var client = model?.Invoke(mail) ?? Reader();
        var server = await ServerFixture.StartAsync(
            services => services.AddSingleton(OptionsOf(client)), "--runtime", isRunByTheServer ? "true" : "false", "--fetch-allow", "127.0.0.0/8");
        return new MailScene(mail, server, client);
    }

    /// <summary>A new agent that uses the mail server.</summary>
    /// <returns>Its id.</returns>
    public Task<string> AgentAsync(Action<JsonObject>? change = null)
    {
        var settings = new JsonObject { ["name"] = "mail", ["url"] = Mail.Address, ["auth_type"] = "oauth2" };
        change?.Invoke(settings);
        return Api.CreateAgentAsync(new JsonObject
        {
            ["model_provider"] = "openai",
            ["model_name"] = "gpt-4o",
            ["graph"] = new JsonArray(new JsonObject { ["id"] = "node-1", ["item_id"] = "mcp-1", ["type"] = "mcp", ["targets"] = new JsonArray(), ["settings"] = new JsonObject { ["mcp_settings"] = settings } }),
        });
    }

    /// <summary>A worker somewhere else, whose key may do what workers do and no more.</summary>
    public async Task<RunningWorker> WorkAsync(string agent)
    {
        var key = await Api.SendAsync(HttpMethod.Post, "/v1/keys", new JsonObject { ["name"] = "worker", ["scopes"] = new JsonArray("worker") });
        var configuration = Server.Configuration(agent);
        configuration.ApiKey = key["key"]!.GetValue<string>();
        var runtime = new AgentRuntime(OptionsOf(Model));
        return RunningWorker.Start(new AgentWorker(new WorkerOptions { Configuration = configuration, ShutdownGrace = TimeSpan.Zero }, NullLogger<AgentWorker>.Instance, http: null).OnTask(runtime.RunAsync));
    }

    /// <summary>A task of a user, or of nobody.</summary>
    public Task<AgentTask> CreateAsync(string agent, string? user, Action<CreateTaskRequest>? change = null)
    {
        var request = new CreateTaskRequest
        {
            Input = new() { Text = "Read my mail", User = user is null ? null : new User { Id = user, Email = $"{user}@example.org" } },
            EventsStreaming = true,
            OutputFormat = OutputFormat.Text,
        };
        change?.Invoke(request);
        return new Tasks(Server.Configuration()).CreateAsync(agent, request, ct: TestContext.Current.CancellationToken);
    }

    /// <summary>A task of a user who is asked to log in.</summary>
    public async Task<AgentTask> AskedAsync(string agent, string user) => await PausedAsync(await CreateAsync(agent, user));

    /// <summary>The task, once it is paused.</summary>
    public async Task<AgentTask> PausedAsync(AgentTask task)
    {
        await Api.BecomesAsync(task.Id, "paused");
        return await task.ReloadAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Somebody logs in at the page that the task shows.</summary>
    public Task LogInAsync(AgentTask task, string who) => Mail.Authority.LogInAsync(task.PendingEcaRequest!.AuthUrl, who);

    /// <summary>What the task told of logins.</summary>
    public async Task<IReadOnlyList<JsonNode>> LoginsAsync(AgentTask task) =>
        [.. (await Api.LogAsync(task.Id)).Where(update => update["type"]!.GetValue<string>() == TaskEventTypes.AuthEvent).Select(update => update["data"]!)];

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Server.DisposeAsync();
        await Mail.DisposeAsync();
    }

    private static ScriptedChatClient Reader() => new()
    {
        Otherwise = static request => request.Results.TryGetValue("r", out var result) ? new ScriptedTurn().Text($"Read: {result}") : new ScriptedTurn().Call("read", id: "r"),
    };

    private static AgentRuntimeOptions OptionsOf(ScriptedChatClient model) => new() { OpenModel = _ => model, Access = new ToolAccess { AllowedHosts = ["127.0.0.0/8"] } };
}
