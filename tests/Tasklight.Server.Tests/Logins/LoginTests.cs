using System.Net;
using System.Text.Json.Nodes;

namespace Tasklight.Server.Tests.Logins;

/// <summary>Logins of end users to MCP servers, against a real authorization server: what is answered, kept, refreshed and forgotten.</summary>
public sealed class LoginTests
{
    [Fact]
    public async Task Who_is_not_logged_in_gets_a_page_with_everything_that_makes_it_safe()
    {
        await using var scene = await LoginScene.StartAsync();

        var answer = await scene.AskAsync(with: details => details["additional_scopes"] = new JsonArray("calendar", "mail.read"));

        var data = answer.GetProperty("data");
        Assert.Equal(["server_name", "server_url", "url"], data.EnumerateObject().Select(pair => pair.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("login_required", "mail", scene.Authority.McpAddress), (answer.Text("type"), data.Text("server_name"), data.Text("server_url")));
        Assert.StartsWith($"{scene.Authority.Root}/authorize?theme=dark&", data.Text("url"), StringComparison.Ordinal);
        var query = LoginScene.QueryOf(data.Text("url"));
        Assert.Equal(("code", "S256", 43), (query["response_type"], query["code_challenge_method"], query["code_challenge"].Length));
        Assert.Equal((scene.Authority.McpAddress, "mail.read calendar"), (query["resource"], query["scope"]));
        Assert.Equal($"{scene.Server.Address.ToString().TrimEnd('/')}/v1/oauth/callback", query["redirect_uri"]);
        Assert.True(query["state"].Length > 43, query["state"]);
    }

    [Fact]
    public async Task A_login_gives_a_token_for_that_server_from_then_on()
    {
        await using var scene = await LoginScene.StartAsync();
        var (status, page, headers) = await scene.Authority.LogInAsync(await scene.PageAsync(), "ann");

        var token = await scene.TokenAsync();

        Assert.Equal((HttpStatusCode.OK, "ann"), (status, scene.Authority.UserOf(token)));
        Assert.Contains("You are logged in to mail. You can close this window.", page, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", Assert.Single(headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(("no-store", "no-referrer"), (Assert.Single(headers.GetValues("Cache-Control")), Assert.Single(headers.GetValues("Referrer-Policy"))));
        Assert.Equal(token, (await scene.AskAsync()).GetProperty("data").Text("access_token"));
        Assert.Equal(0, scene.Authority.Refreshes);
    }

    [Fact]
    public async Task The_python_clients_polling_is_served()
    {
        await using var scene = await LoginScene.StartAsync();
        var first = await scene.AskAsync();
        for (var second = 0; second < 3; second++)
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(first.GetRawText(), (await scene.AskAsync(makesPage: false)).GetRawText());
        }

        await scene.Authority.LogInAsync(first.GetProperty("data").Text("url"), "ann");

        var ready = await scene.AskAsync(makesPage: false);
        Assert.Equal("token_ready", ready.Text("type"));
        Assert.Equal(["access_token"], ready.GetProperty("data").EnumerateObject().Select(pair => pair.Name));
        Assert.Single(scene.Authority.Requests, request => request == "POST /register");
    }

    [Fact]
    public async Task Without_a_page_nobody_is_asked_and_the_answer_says_how()
    {
        await using var scene = await LoginScene.StartAsync();

        var answer = await scene.AskAsync(makesPage: false);

        Assert.Equal("token_issue", answer.Text("type"));
        Assert.Equal($"Nobody is logged in to {scene.Authority.McpAddress}. A call with generate_login_url=true gives a page to log in.", answer.GetProperty("data").Text("message"));
        Assert.Empty(scene.Authority.Requests);
    }

    [Fact]
    public async Task A_token_whose_time_is_over_is_refreshed_once_for_all_who_ask()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync();
        var first = await scene.TokenAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(6));

        var tokens = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => scene.TokenAsync()));

        Assert.Single(tokens.Distinct());
        Assert.NotEqual(first, tokens[0]);
        Assert.Equal(("ann", 1), (scene.Authority.UserOf(tokens[0]), scene.Authority.Refreshes));
        scene.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Fact]
    public async Task A_token_without_a_refresh_token_ends_with_its_time()
    {
        await using var scene = await LoginScene.StartAsync();
        scene.Authority.GivesRefreshTokens = false;
        await scene.LogInAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(6));

        await scene.PageAsync();

        Assert.Equal(0, scene.Authority.Refreshes);
    }

    [Fact]
    public async Task A_login_that_the_authorization_server_has_ended_is_forgotten()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync();
        scene.Authority.RevokeAll();
        scene.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal("token_issue", (await scene.AskAsync(makesPage: false)).Text("type"));
        await scene.LogInAsync();

        Assert.Equal(("ann", 1), (scene.Authority.UserOf(await scene.TokenAsync()), scene.Authority.Refreshes));
    }

    [Fact]
    public async Task An_authorization_server_that_is_out_of_order_costs_no_login()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(6));
        scene.Authority.TokenFault = 503;

        var answer = await scene.AskAsync();
        scene.Authority.TokenFault = null;

        Assert.Equal(("token_issue", $"{new Uri(scene.Authority.Root).Authority} answered 503 when it was asked for a token."), (answer.Text("type"), answer.GetProperty("data").Text("message")));
        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Fact]
    public async Task A_token_that_the_server_refuses_is_refreshed_once_and_then_asked_for_anew()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync();
        var first = await scene.TokenAsync();

        var second = await scene.TokenAsync(refused: first);
        Assert.NotEqual(first, second);
        Assert.Equal(second, await scene.TokenAsync(refused: first));
        var page = await scene.PageAsync(refused: second);

        Assert.Equal(1, scene.Authority.Refreshes);
        await scene.Authority.LogInAsync(page, "ann");
        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Fact]
    public async Task A_token_that_was_good_for_a_while_is_refreshed_again_when_it_is_refused()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync();
        var second = await scene.TokenAsync(refused: await scene.TokenAsync());
        scene.Clock.Advance(TimeSpan.FromMinutes(2));

        var third = await scene.TokenAsync(refused: second);

        Assert.NotEqual(second, third);
        Assert.Equal(("ann", 2), (scene.Authority.UserOf(third), scene.Authority.Refreshes));
    }

    [Fact]
    public async Task Two_users_do_not_get_each_others_tokens()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync("ann");
        Assert.Equal("token_issue", (await scene.AskAsync("bob", makesPage: false)).Text("type"));

        await scene.LogInAsync("bob");

        Assert.Equal(("ann", "bob"), (scene.Authority.UserOf(await scene.TokenAsync("ann")), scene.Authority.UserOf(await scene.TokenAsync("bob"))));
    }

    [Fact]
    public async Task A_shared_login_serves_all_agents_and_an_agents_own_only_that_agent()
    {
        await using var scene = await LoginScene.StartAsync();
        var other = (await scene.Server.Client.JsonAsync("POST", "/v1/agents", new { name = "other" }, HttpStatusCode.Created)).Text("id");
        static void Own(JsonObject details) => details["share_user_token_across_other_agents"] = false;
        await scene.LogInAsync("ann");
        var shared = await scene.TokenAsync("ann");

        Assert.Equal(shared, await scene.TokenAsync("ann", agent: other));
        // The client names the user so where a login is an agent's own.
        Assert.Equal("token_issue", (await scene.AskAsync($"{scene.Agent}_ann", Own, makesPage: false)).Text("type"));
        await scene.LogInAsync($"{scene.Agent}_ann", Own);
        var own = await scene.TokenAsync($"{scene.Agent}_ann", Own);

        Assert.NotEqual(shared, own);
        Assert.Equal("token_issue", (await scene.AskAsync($"{scene.Agent}_ann", Own, makesPage: false, agent: other)).Text("type"));
        Assert.Equal(shared, await scene.TokenAsync("ann"));
    }

    [Fact]
    public async Task Two_organizations_do_not_share_a_login()
    {
        await using var scene = await LoginScene.StartAsync();
        var second = await scene.Server.Client.JsonAsync("POST", "/v1/organizations", new { id = "second", name = "Second" }, HttpStatusCode.Created);
        using var stranger = scene.Server.NewClient(second.GetProperty("api_key").Text("key"));
        var theirs = (await stranger.JsonAsync("POST", "/v1/agents", new { name = "theirs" }, HttpStatusCode.Created)).Text("id");
        await scene.LogInAsync();

        Assert.Equal("token_issue", (await scene.AskAsync(makesPage: false, agent: theirs, client: stranger)).Text("type"));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.CallAsync("POST", $"/mcp_auth/{scene.Agent}/ann/get_token", new { })).Status);
    }

    [Fact]
    public async Task A_login_begun_before_a_restart_is_finished_after_it()
    {
        // One address for both: the way back is part of the login.
        await using var scene = await LoginScene.StartAsync("--fetch-allow", "127.0.0.0/8", "--public-url", "https://tasks.example");
        var page = await scene.PageAsync();
        var back = await scene.Authority.VisitAsync(page, "ann");
        Assert.StartsWith("https://tasks.example/v1/oauth/callback?", back.AbsoluteUri, StringComparison.Ordinal);

        await scene.RestartAsync();
        var (status, text, _) = await scene.Authority.ComeBackAsync(new Uri(scene.Server.Address, back.PathAndQuery));
        await scene.RestartAsync();

        Assert.True(status == HttpStatusCode.OK, text);
        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Fact]
    public async Task Only_keys_of_workers_get_tokens()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync();
        var key = await scene.Server.Client.JsonAsync("POST", "/v1/keys", new { name = "all but work", scopes = new[] { "tasks:read", "tasks:write", "agents:write", "approve" } }, HttpStatusCode.Created);
        using var client = scene.Server.NewClient(key.Text("key"));

        var (status, body) = await client.CallAsync("POST", $"/mcp_auth/{scene.Agent}/ann/get_token", new { url = scene.Authority.McpAddress });

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.DoesNotContain("access-", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_token_code_or_secret_is_in_the_log_or_readable_on_disk()
    {
        await using var scene = await LoginScene.StartAsync("--fetch-allow", "127.0.0.0/8", "--log-level", "trace");
        scene.Authority.Metadata = document => document["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post");
        await scene.LogInAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(6));
        await scene.TokenAsync();
        await scene.Authority.LogInAsync(await scene.PageAsync("bob"), "bob", denies: true);
        var state = LoginScene.QueryOf(await scene.PageAsync("carol"))["state"];
        await scene.StopAsync();

        var disk = string.Concat(Directory.EnumerateFiles(scene.Data, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Select(file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file))));
        var log = string.Join('\n', scene.Log);
        Assert.True(scene.Authority.Secrets.Count >= 5, $"{scene.Authority.Secrets.Count} secrets");
        foreach (var secret in scene.Authority.Secrets.Append(state[..43]))
        {
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, disk, StringComparison.Ordinal);
        }

        Assert.Contains(scene.Authority.McpAddress, disk, StringComparison.Ordinal);
        Assert.Contains($"A login to {scene.Authority.McpAddress} is done", log, StringComparison.Ordinal);
    }
}
