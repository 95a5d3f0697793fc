using System.Net;
using System.Text.Json.Nodes;
using Tasklight.Agents.Tests;
using Tasklight.EndToEnd.Tests.Baseline;
using Tasklight.EndToEnd.Tests.CommandLines;
using Tasklight.Protocol;

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
        await using var scene = await MailScene.StartAsync(isRunByTheServer: isRunByTheServer);
        var agent = await scene.AgentAsync();
        await using var worker = isRunByTheServer ? null : await scene.WorkAsync(agent);

        var task = await scene.AskedAsync(agent, "ann");

        var page = task.PendingEcaRequest!.AuthUrl;
        Assert.Equal("mail", task.PendingEcaRequest.ConnectorName);
        var asked = Assert.Single(await scene.LoginsAsync(task));
        Assert.Equal(("login_required", page, scene.Mail.Address, "mail"), (Text(asked, "type"), Text(asked["data"]!, "url"), Text(asked["data"]!, "server_url"), Text(asked["data"]!, "server_name")));
        var why = await scene.Api.SendAsync(HttpMethod.Get, $"/v1/tasks/{task.Id}/why");
        Assert.Equal(("awaiting_login", $"The end user 'ann' has to log in to 'mail' ({scene.Mail.Address})."), (Text(why, "reason"), Text(why, "detail")));
        Assert.Contains(page, Text(why, "unblocked_by"), StringComparison.Ordinal);
        Assert.Empty(scene.Model.Requests);

        Assert.Equal(HttpStatusCode.OK, (await scene.Mail.Authority.LogInAsync(page, "ann")).Status);
        task = await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "Read: mail of ann", null), (task.Status, task.Result, task.PendingEcaRequest));
        Assert.Equal("""{"type":"token_ready","data":{"access_token":"REDACTED"}}""", (await scene.LoginsAsync(task))[^1].ToJsonString());
        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(await scene.CreateAsync(agent, "ann"))).Result);
    }

    [Fact]
    public async Task A_login_is_made_while_the_server_was_started_anew()
    {
        await using var scene = await MailScene.StartAsync();
        var task = await scene.AskedAsync(await scene.AgentAsync(), "ann");

        await scene.Server.RestartAsync();
        var back = await scene.Mail.Authority.VisitAsync(task.PendingEcaRequest!.AuthUrl, "ann");
        await scene.Server.RestartAsync();
        await scene.Mail.Authority.ComeBackAsync(back);

        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(task)).Result);
    }

    [Fact]
    public async Task Each_user_reads_with_their_own_login()
    {
        await using var scene = await MailScene.StartAsync();
        var agent = await scene.AgentAsync();
        var anns = await scene.AskedAsync(agent, "ann");
        var bobs = await scene.AskedAsync(agent, "bob");

        await scene.LogInAsync(bobs, "bob");
        Assert.Equal("Read: mail of bob", (await AgentScene.EndAsync(bobs)).Result);
        Assert.Equal(AgentExecutionStatus.Paused, (await anns.ReloadAsync(Ct)).Status);
        await scene.LogInAsync(anns, "ann");

        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(anns)).Result);
    }

    [Fact]
    public async Task A_login_serves_the_other_agents_unless_it_is_an_agents_own()
    {
        await using var scene = await MailScene.StartAsync();
        var first = await scene.AskedAsync(await scene.AgentAsync(), "ann");
        await scene.LogInAsync(first, "ann");
        await AgentScene.EndAsync(first);

        var other = await AgentScene.EndAsync(await scene.CreateAsync(await scene.AgentAsync(), "ann"));
        var own = await scene.AskedAsync(await scene.AgentAsync(settings => settings["share_user_token_across_other_agents"] = false), "ann");
        await scene.LogInAsync(own, "ann at work");

        Assert.Equal("Read: mail of ann", other.Result);
        Assert.Equal("Read: mail of ann at work", (await AgentScene.EndAsync(own)).Result);
    }

    [Fact]
    public async Task A_token_that_ends_in_the_middle_is_refreshed_and_a_login_that_ends_is_asked_for_by_the_call()
    {
        await using var scene = await MailScene.StartAsync(mail => new(
            new ScriptedTurn().Call("read", id: "a"),
            new ScriptedTurn().Call("read", id: "b").After(_ => Do(mail.Authority.RevokeAccess)),
            new ScriptedTurn().Call("read", id: "c").After(_ => Do(mail.Authority.RevokeAll)),
            new ScriptedTurn().Text("Read.")));
        var task = await scene.AskedAsync(await scene.AgentAsync(), "ann");
        await scene.LogInAsync(task, "ann");

        await Eventually.HoldsAsync(async () => (await scene.LoginsAsync(task)).Count == 3, "the second login is asked for");
        task = await scene.PausedAsync(task);
        Assert.Equal(1, scene.Mail.Authority.Refreshes);
        await scene.LogInAsync(task, "ann anew");
        task = await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "Read."), (task.Status, task.Result));
        var results = scene.Model.Requests[^1].Results;
        Assert.Equal(("mail of ann", "mail of ann", "mail of ann anew"), (results["a"], results["b"], results["c"]));
    }

    [Fact]
    public async Task A_call_that_wants_more_than_the_login_is_good_for_asks_for_a_login_that_is()
    {
        await using var scene = await MailScene.StartAsync();
        var agent = await scene.AgentAsync();
        var task = await scene.AskedAsync(agent, "ann");
        scene.Mail.CallScope = "mail.send";

        await scene.LogInAsync(task, "ann");
        await Eventually.HoldsAsync(async () => (await scene.LoginsAsync(task)).Count(login => Text(login, "type") == "login_required") == 2, "the second login is asked for");
        task = await scene.PausedAsync(task);
        Assert.Equal("mail.read mail.send", Uri.UnescapeDataString(task.PendingEcaRequest!.AuthUrl.Split("&scope=")[1].Split('&')[0]));
        await scene.LogInAsync(task, "ann");

        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(task)).Result);
        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(await scene.CreateAsync(agent, "ann"))).Result);
    }

    [Fact]
    public async Task What_a_login_was_asked_for_and_is_not_good_for_is_asked_for_once()
    {
        await using var scene = await MailScene.StartAsync();
        var task = await scene.AskedAsync(await scene.AgentAsync(), "ann");
        (scene.Mail.CallScope, _) = ("mail.send", scene.Mail.Authority.Withheld.Add("mail.send"));

        await scene.LogInAsync(task, "ann");
        await Eventually.HoldsAsync(async () => (await scene.LoginsAsync(task)).Count(login => Text(login, "type") == "login_required") == 2, "the second login is asked for");
        task = await scene.PausedAsync(task);
        await scene.LogInAsync(task, "ann");

        Assert.Equal(
            "Read: Error: MCP server 'mail' was not called. It wants a login that is good for more: mail.send (403). The login was asked for that, and is not good for it.",
            (await AgentScene.EndAsync(task)).Result);
    }

    [Fact]
    public async Task Who_is_logged_out_from_the_command_line_is_asked_for_a_login_by_the_next_task()
    {
        await using var scene = await MailScene.StartAsync();
        var agent = await scene.AgentAsync();
        var task = await scene.AskedAsync(agent, "ann");
        await scene.LogInAsync(task, "ann");
        await AgentScene.EndAsync(task);
        string[] command = ["agents", "logout", agent, "ann", "--server", "mail", "--url", scene.Server.BaseUrl, "--key", scene.Server.Key];

        var (first, second) = (await CommandRun.OfAsync(command), await CommandRun.OfAsync(command));

        Assert.Equal((0, $"Logged ann out of mail ({scene.Mail.Address}), for all agents that share it.\n"), (first.Code, first.Text));
        Assert.Equal((0, "ann was not logged in.\n"), (second.Code, second.Text));
        await scene.AskedAsync(agent, "ann");
    }

    [Fact]
    public async Task A_new_turn_asks_for_the_login_again_and_goes_on_by_it()
    {
        await using var scene = await MailScene.StartAsync();
        var agent = await scene.AgentAsync();
        var task = await scene.AskedAsync(agent, "ann");
        var page = task.PendingEcaRequest!.AuthUrl;

        await scene.CreateAsync(agent, "ann", request => request.Id = task.Id);
        await Eventually.HoldsAsync(async () => (await scene.LoginsAsync(task)).Count == 2, "the login is asked for again");
        task = await scene.PausedAsync(task);

        Assert.Equal(page, task.PendingEcaRequest!.AuthUrl);
        await scene.Mail.Authority.LogInAsync(page, "ann");
        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(task)).Result);
    }

    [Fact]
    public async Task A_token_that_comes_with_the_task_is_used_and_nobody_asked()
    {
        await using var scene = await MailScene.StartAsync();
        var token = scene.Mail.Authority.Issue("carol");

        var task = await AgentScene.EndAsync(await scene.CreateAsync(await scene.AgentAsync(), "ann", request => request.UserTokens = System.Text.Json.JsonElement.Parse($$"""{"node-1":"{{token}}"}""")));

        Assert.Equal("Read: mail of carol", task.Result);
        Assert.Empty(scene.Mail.Authority.Requests);
    }

    [Fact]
    public async Task A_server_that_only_says_so_by_its_401_is_logged_in_to_as_well()
    {
        await using var scene = await MailScene.StartAsync();
        var agent = await scene.AgentAsync(settings => settings.Remove("auth_type"));

        var task = await scene.AskedAsync(agent, "ann");
        await scene.LogInAsync(task, "ann");

        Assert.Equal("Read: mail of ann", (await AgentScene.EndAsync(task)).Result);
    }

    [Fact]
    public async Task A_task_that_names_no_user_says_what_is_missing()
    {
        await using var scene = await MailScene.StartAsync();

        var task = await AgentScene.EndAsync(await scene.CreateAsync(await scene.AgentAsync(), user: null));

        Assert.Equal((AgentExecutionStatus.Error, "MCP server 'mail' wants a login of the end user, and the task names none: create it with input.user (id, email)."), (task.Status, task.Result));
    }

    [Fact]
    public async Task A_login_that_cannot_be_had_costs_the_server_and_not_the_run()
    {
        await using var scene = await MailScene.StartAsync(_ => new(new ScriptedTurn().Call("connect_mail", id: "c"), new ScriptedTurn().Text("Without mail.")));
        scene.Mail.Authority.Metadata = document => document.Remove("registration_endpoint");

        var task = await AgentScene.EndAsync(await scene.CreateAsync(await scene.AgentAsync(), "ann"));

        Assert.Equal((AgentExecutionStatus.Completed, "Without mail."), (task.Status, task.Result));
        Assert.Contains("lets nobody register by himself: give client_id", (string)scene.Model.Requests[1].Results["c"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_token_or_code_is_in_what_a_task_shows()
    {
        await using var scene = await MailScene.StartAsync();
        var agent = await scene.AgentAsync();
        var task = await scene.AskedAsync(agent, "ann");
        await scene.LogInAsync(task, "ann");
        await AgentScene.EndAsync(task);

        var shown = new List<string> { string.Concat((await scene.Api.LogAsync(task.Id)).Select(update => update.ToJsonString())) };
        foreach (var path in new[] { $"/v1/tasks/{task.Id}", $"/agent-execution/{task.Id}/status", $"/activity/{agent}/{task.Id}", $"/v1/tasks/{task.Id}/session?all=true", $"/agents/{agent}" })
            shown.Add((await scene.Api.SendAsync(HttpMethod.Get, path)).ToJsonString());

        Assert.True(scene.Mail.Authority.Secrets.Count >= 3, $"{scene.Mail.Authority.Secrets.Count} secrets");
        Assert.All(scene.Mail.Authority.Secrets, secret => Assert.All(shown, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_unmodified_client_waits_for_the_login_by_asking_again_and_again()
    {
        await using var scene = await MailScene.StartAsync();
        using var client = new BaselineClient(scene.Server.Baseline(await scene.AgentAsync()));
        var details = new JsonObject { ["type"] = "remote", ["name"] = "mail", ["url"] = scene.Mail.Address, ["transport"] = "streamable-http", ["auth_type"] = "oauth2", ["headers"] = new JsonObject(), ["share_user_token_across_other_agents"] = true };

        var asked = await client.GetMcpTokenAsync("ann", details, generateLoginUrl: true, Ct);
        Assert.Equal("login_required", Text(asked, "type"));
        Assert.NotEqual("token_ready", Text(await client.GetMcpTokenAsync("ann", details, generateLoginUrl: false, Ct), "type"));
        await scene.Mail.Authority.LogInAsync(Text(asked["data"]!, "url"), "ann");
        var ready = await client.GetMcpTokenAsync("ann", details, generateLoginUrl: false, Ct);

        Assert.Equal("token_ready", Text(ready, "type"));
        Assert.Equal("ann", scene.Mail.Authority.UserOf(Text(ready["data"]!, "access_token")));
    }

    private static string Text(JsonNode json, string name) => json[name]!.GetValue<string>();

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
