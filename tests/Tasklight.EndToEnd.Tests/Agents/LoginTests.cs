using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tools;
using Tasklight.EndToEnd.Tests.Baseline;
using Tasklight.EndToEnd.Tests.CommandLines;
using Tasklight.EndToEnd.Tests.Sdk;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Agents use an MCP server that wants each end user's own login: the task pauses, the person logs in, the task goes on.</summary>
public sealed class LoginTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_pauses_for_a_login_and_goes_on_by_itself_when_it_is_done(bool isRunByTheServer)
    {
        await using var mail = await MailServer.StartAsync();
        var model = Reader();
        await using var server = await StartAsync(model, isRunByTheServer);
        using var api = Api(server);
        var agent = await AgentAsync(api, mail);
        await using var worker = isRunByTheServer ? null : await WorkAsync(server, api, agent, model);

        var task = await PausedAsync(api, await CreateAsync(server, agent, "ann"));

        var page = task.PendingEcaRequest!.AuthUrl;
        Assert.Equal("mail", task.PendingEcaRequest.ConnectorName);
        var asked = Assert.Single(await LoginsAsync(api, task));
        Assert.Equal(("login_required", page, mail.Address, "mail"), (Text(asked, "type"), Text(asked["data"]!, "url"), Text(asked["data"]!, "server_url"), Text(asked["data"]!, "server_name")));
        var why = await api.SendAsync(HttpMethod.Get, $"/v1/tasks/{task.Id}/why");
        Assert.Equal(("awaiting_login", $"The end user 'ann' has to log in to 'mail' ({mail.Address})."), (Text(why, "reason"), Text(why, "detail")));
        Assert.Contains(page, Text(why, "unblocked_by"), StringComparison.Ordinal);
        Assert.Empty(model.Requests);

        Assert.Equal(HttpStatusCode.OK, (await mail.Authority.LogInAsync(page, "ann")).Status);
        task = await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "Read: mail of ann", null), (task.Status, task.Result, task.PendingEcaRequest));
        Assert.Equal("""{"type":"token_ready","data":{"access_token":"REDACTED"}}""", (await LoginsAsync(api, task))[^1].ToJsonString());
        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(await CreateAsync(server, agent, "ann"))).Result);
    }

    [Fact]
    public async Task A_login_is_made_while_the_server_was_started_anew()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var task = await PausedAsync(api, await CreateAsync(server, await AgentAsync(api, mail), "ann"));

        await server.RestartAsync();
        var back = await mail.Authority.VisitAsync(task.PendingEcaRequest!.AuthUrl, "ann");
        await server.RestartAsync();
        await mail.Authority.ComeBackAsync(back);

        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(task)).Result);
    }

    [Fact]
    public async Task Each_user_reads_with_their_own_login()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var agent = await AgentAsync(api, mail);
        var anns = await PausedAsync(api, await CreateAsync(server, agent, "ann"));
        var bobs = await PausedAsync(api, await CreateAsync(server, agent, "bob"));

        await mail.Authority.LogInAsync(bobs.PendingEcaRequest!.AuthUrl, "bob");
        Assert.Equal("Read: mail of bob", (await AgentScene.EndAsync(bobs)).Result);
        Assert.Equal(AgentExecutionStatus.Paused, (await anns.ReloadAsync(Ct)).Status);
        await mail.Authority.LogInAsync(anns.PendingEcaRequest!.AuthUrl, "ann");

        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(anns)).Result);
    }

    [Fact]
    public async Task A_login_serves_the_other_agents_unless_it_is_an_agents_own()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var first = await PausedAsync(api, await CreateAsync(server, await AgentAsync(api, mail), "ann"));
        await mail.Authority.LogInAsync(first.PendingEcaRequest!.AuthUrl, "ann");
        await AgentScene.EndAsync(first);

        var other = await AgentScene.EndAsync(await CreateAsync(server, await AgentAsync(api, mail), "ann"));
        var own = await PausedAsync(api, await CreateAsync(server, await AgentAsync(api, mail, settings => settings["share_user_token_across_other_agents"] = false), "ann"));
        await mail.Authority.LogInAsync(own.PendingEcaRequest!.AuthUrl, "ann at work");

        Assert.Equal("Read: mail of ann", other.Result);
        Assert.Equal("Read: mail of ann at work", (await AgentScene.EndAsync(own)).Result);
    }

    [Fact]
    public async Task A_token_that_ends_in_the_middle_is_refreshed_and_a_login_that_ends_is_asked_for_by_the_call()
    {
        await using var mail = await MailServer.StartAsync();
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("read", id: "a"),
            new ScriptedTurn().Call("read", id: "b").After(_ => Do(mail.Authority.RevokeAccess)),
            new ScriptedTurn().Call("read", id: "c").After(_ => Do(mail.Authority.RevokeAll)),
            new ScriptedTurn().Text("Read."));
        await using var server = await StartAsync(model);
        using var api = Api(server);
        var task = await PausedAsync(api, await CreateAsync(server, await AgentAsync(api, mail), "ann"));
        await mail.Authority.LogInAsync(task.PendingEcaRequest!.AuthUrl, "ann");

        await Eventually.HoldsAsync(async () => (await LoginsAsync(api, task)).Count == 3, "the second login is asked for");
        task = await PausedAsync(api, task);
        Assert.Equal(1, mail.Authority.Refreshes);
        await mail.Authority.LogInAsync(task.PendingEcaRequest!.AuthUrl, "ann anew");
        task = await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "Read."), (task.Status, task.Result));
        var results = model.Requests[^1].Results;
        Assert.Equal(("mail of ann", "mail of ann", "mail of ann anew"), (results["a"], results["b"], results["c"]));
    }

    [Fact]
    public async Task A_call_that_wants_more_than_the_login_is_good_for_asks_for_a_login_that_is()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var agent = await AgentAsync(api, mail);
        var task = await PausedAsync(api, await CreateAsync(server, agent, "ann"));
        mail.CallScope = "mail.send";

        await mail.Authority.LogInAsync(task.PendingEcaRequest!.AuthUrl, "ann");
        await Eventually.HoldsAsync(async () => (await LoginsAsync(api, task)).Count(login => Text(login, "type") == "login_required") == 2, "the second login is asked for");
        task = await PausedAsync(api, task);
        Assert.Equal("mail.read mail.send", Uri.UnescapeDataString(task.PendingEcaRequest!.AuthUrl.Split("&scope=")[1].Split('&')[0]));
        await mail.Authority.LogInAsync(task.PendingEcaRequest.AuthUrl, "ann");

        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(task)).Result);
        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(await CreateAsync(server, agent, "ann"))).Result);
    }

    [Fact]
    public async Task What_a_login_was_asked_for_and_is_not_good_for_is_asked_for_once()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var task = await PausedAsync(api, await CreateAsync(server, await AgentAsync(api, mail), "ann"));
        (mail.CallScope, _) = ("mail.send", mail.Authority.Withheld.Add("mail.send"));

        await mail.Authority.LogInAsync(task.PendingEcaRequest!.AuthUrl, "ann");
        await Eventually.HoldsAsync(async () => (await LoginsAsync(api, task)).Count(login => Text(login, "type") == "login_required") == 2, "the second login is asked for");
        task = await PausedAsync(api, task);
        await mail.Authority.LogInAsync(task.PendingEcaRequest!.AuthUrl, "ann");

        Assert.Equal(
            "Read: Error: MCP server 'mail' was not called. It wants a login that is good for more: mail.send (403). The login was asked for that, and is not good for it.",
            (await AgentScene.EndAsync(task)).Result);
    }

    [Fact]
    public async Task Who_is_logged_out_from_the_command_line_is_asked_for_a_login_by_the_next_task()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var agent = await AgentAsync(api, mail);
        var task = await PausedAsync(api, await CreateAsync(server, agent, "ann"));
        await mail.Authority.LogInAsync(task.PendingEcaRequest!.AuthUrl, "ann");
        await AgentScene.EndAsync(task);
        string[] command = ["agents", "logout", agent, "ann", "--server", "mail", "--url", server.BaseUrl, "--key", server.Key];

        var (first, second) = (await CommandRun.OfAsync(command), await CommandRun.OfAsync(command));

        Assert.Equal((0, $"Logged ann out of mail ({mail.Address}), for all agents that share it.\n"), (first.Code, first.Text));
        Assert.Equal((0, "ann was not logged in.\n"), (second.Code, second.Text));
        await PausedAsync(api, await CreateAsync(server, agent, "ann"));
    }

    [Fact]
    public async Task A_new_turn_asks_for_the_login_again_and_goes_on_by_it()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var agent = await AgentAsync(api, mail);
        var task = await PausedAsync(api, await CreateAsync(server, agent, "ann"));
        var page = task.PendingEcaRequest!.AuthUrl;

        await CreateAsync(server, agent, "ann", request => request.Id = task.Id);
        await Eventually.HoldsAsync(async () => (await LoginsAsync(api, task)).Count == 2, "the login is asked for again");
        task = await PausedAsync(api, task);

        Assert.Equal(page, task.PendingEcaRequest!.AuthUrl);
        await mail.Authority.LogInAsync(page, "ann");
        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(task)).Result);
    }

    [Fact]
    public async Task A_token_that_comes_with_the_task_is_used_and_nobody_asked()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var token = mail.Authority.Issue("carol");

        var task = await AgentScene.EndAsync(await CreateAsync(server, await AgentAsync(api, mail), "ann", request => request.UserTokens = System.Text.Json.JsonElement.Parse($$"""{"node-1":"{{token}}"}""")));

        Assert.Equal("Read: mail of carol", task.Result);
        Assert.Empty(mail.Authority.Requests);
    }

    [Fact]
    public async Task A_server_that_only_says_so_by_its_401_is_logged_in_to_as_well()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var agent = await AgentAsync(api, mail, settings => settings.Remove("auth_type"));

        var task = await PausedAsync(api, await CreateAsync(server, agent, "ann"));
        await mail.Authority.LogInAsync(task.PendingEcaRequest!.AuthUrl, "ann");

        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(task)).Result);
    }

    [Fact]
    public async Task A_task_that_names_no_user_says_what_is_missing()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);

        var task = await AgentScene.EndAsync(await CreateAsync(server, await AgentAsync(api, mail), user: null));

        Assert.Equal((AgentExecutionStatus.Error, "MCP server 'mail' wants a login of the end user, and the task names none: create it with input.user (id, email)."), (task.Status, task.Result));
    }

    [Fact]
    public async Task A_login_that_cannot_be_had_costs_the_server_and_not_the_run()
    {
        await using var mail = await MailServer.StartAsync();
        mail.Authority.Metadata = document => document.Remove("registration_endpoint");
        var model = new ScriptedChatClient(new ScriptedTurn().Call("connect_mail", id: "c"), new ScriptedTurn().Text("Without mail."));
        await using var server = await StartAsync(model);
        using var api = Api(server);

        var task = await AgentScene.EndAsync(await CreateAsync(server, await AgentAsync(api, mail), "ann"));

        Assert.Equal((AgentExecutionStatus.Completed, "Without mail."), (task.Status, task.Result));
        Assert.Contains("lets nobody register by himself: give client_id", (string)model.Requests[1].Results["c"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_token_or_code_is_in_what_a_task_shows()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        var agent = await AgentAsync(api, mail);
        var task = await PausedAsync(api, await CreateAsync(server, agent, "ann"));
        await mail.Authority.LogInAsync(task.PendingEcaRequest!.AuthUrl, "ann");
        await AgentScene.EndAsync(task);

        var shown = new List<string> { string.Concat((await api.LogAsync(task.Id)).Select(update => update.ToJsonString())) };
        foreach (var path in new[] { $"/v1/tasks/{task.Id}", $"/agent-execution/{task.Id}/status", $"/activity/{agent}/{task.Id}", $"/v1/tasks/{task.Id}/session?all=true", $"/agents/{agent}" })
            shown.Add((await api.SendAsync(HttpMethod.Get, path)).ToJsonString());

        Assert.True(mail.Authority.Secrets.Count >= 3, $"{mail.Authority.Secrets.Count} secrets");
        Assert.All(mail.Authority.Secrets, secret => Assert.All(shown, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_unmodified_client_waits_for_the_login_by_asking_again_and_again()
    {
        await using var mail = await MailServer.StartAsync();
        await using var server = await StartAsync(Reader());
        using var api = Api(server);
        using var client = new BaselineClient(server.Baseline(await AgentAsync(api, mail)));
        var details = new JsonObject { ["type"] = "remote", ["name"] = "mail", ["url"] = mail.Address, ["transport"] = "streamable-http", ["auth_type"] = "oauth2", ["headers"] = new JsonObject(), ["share_user_token_across_other_agents"] = true };

        var asked = await client.GetMcpTokenAsync("ann", details, generateLoginUrl: true, Ct);
        Assert.Equal("login_required", Text(asked, "type"));
        Assert.NotEqual("token_ready", Text(await client.GetMcpTokenAsync("ann", details, generateLoginUrl: false, Ct), "type"));
        await mail.Authority.LogInAsync(Text(asked["data"]!, "url"), "ann");
        var ready = await client.GetMcpTokenAsync("ann", details, generateLoginUrl: false, Ct);

        Assert.Equal("token_ready", Text(ready, "type"));
        Assert.Equal("ann", mail.Authority.UserOf(Text(ready["data"]!, "access_token")));
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static string Text(JsonNode json, string name) => json[name]!.GetValue<string>();

    // Reads mail and tells what came.
    private static ScriptedChatClient Reader() => new()
    {
        Otherwise = static request => request.Results.TryGetValue("r", out var result) ? new ScriptedTurn().Text($"Read: {result}") : new ScriptedTurn().Call("read", id: "r"),
    };

    private static Task<ServerFixture> StartAsync(ScriptedChatClient model, bool isRunByTheServer = true) => ServerFixture.StartAsync(
        services => services.AddSingleton(OptionsOf(model)), "--runtime", isRunByTheServer ? "true" : "false", "--fetch-allow", "127.0.0.0/8");

    private static AgentRuntimeOptions OptionsOf(ScriptedChatClient model) => new() { OpenModel = _ => model, Access = new ToolAccess { AllowedHosts = ["127.0.0.0/8"] } };

    private static RestApi Api(ServerFixture server) => new(new Uri(server.BaseUrl), server.Key);

    private static Task<string> AgentAsync(RestApi api, MailServer mail, Action<JsonObject>? change = null)
    {
        var settings = new JsonObject { ["name"] = "mail", ["url"] = mail.Address, ["auth_type"] = "oauth2" };
        change?.Invoke(settings);
        return api.CreateAgentAsync(new JsonObject
        {
            ["model_provider"] = "openai",
            ["model_name"] = "gpt-4o",
            ["graph"] = new JsonArray(new JsonObject { ["id"] = "node-1", ["item_id"] = "mcp-1", ["type"] = "mcp", ["targets"] = new JsonArray(), ["settings"] = new JsonObject { ["mcp_settings"] = settings } }),
        });
    }

    // A worker somewhere else, whose key may do what workers do and no more.
    private static async Task<RunningWorker> WorkAsync(ServerFixture server, RestApi api, string agent, ScriptedChatClient model)
    {
        var key = await api.SendAsync(HttpMethod.Post, "/v1/keys", new JsonObject { ["name"] = "worker", ["scopes"] = new JsonArray("worker") });
        var configuration = server.Configuration(agent);
        configuration.ApiKey = Text(key, "key");
        var runtime = new AgentRuntime(OptionsOf(model));
        return RunningWorker.Start(new AgentWorker(new WorkerOptions { Configuration = configuration, ShutdownGrace = TimeSpan.Zero }, NullLogger<AgentWorker>.Instance, http: null).OnTask(runtime.RunAsync));
    }

    private static Task<AgentTask> CreateAsync(ServerFixture server, string agent, string? user, Action<CreateTaskRequest>? change = null)
    {
        var request = new CreateTaskRequest
        {
            Input = new() { Text = "Read my mail", User = user is null ? null : new User { Id = user, Email = $"{user}@example.org" } },
            EventsStreaming = true,
            OutputFormat = OutputFormat.Text,
        };
        change?.Invoke(request);
        return new Tasks(server.Configuration()).CreateAsync(agent, request, ct: Ct);
    }

    private static async Task<AgentTask> PausedAsync(RestApi api, AgentTask task)
    {
        await api.BecomesAsync(task.Id, "paused");
        return await task.ReloadAsync(Ct);
    }

    private static async Task<IReadOnlyList<JsonNode>> LoginsAsync(RestApi api, AgentTask task) =>
        [.. (await api.LogAsync(task.Id)).Where(update => Text(update, "type") == "auth_event").Select(update => update["data"]!)];
}
