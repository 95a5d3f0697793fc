using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tasklight.Server.Tests.Logins;

/// <summary>End users are logged out: their tokens are forgotten here and taken back there.</summary>
public sealed class LogoutTests
{
    [Fact]
    public async Task Who_is_logged_out_has_no_token_here_nor_there_and_may_log_in_again()
    {
        await using var scene = await LoginScene.StartAsync();
        var agent = await AgentAsync(scene);
        await scene.LogInAsync();
        await scene.LogInAsync("bob");
        var token = await scene.TokenAsync();

        var ended = Assert.Single(await LogOutAsync(scene, agent, "ann"));

        Assert.Equal(("mail", scene.Authority.McpAddress, true, true), (ended.Text("server_name"), ended.Text("server_url"), ended.GetProperty("is_shared").GetBoolean(), ended.GetProperty("is_revoked").GetBoolean()));
        Assert.Null(scene.Authority.UserOf(token));
        Assert.Equal(2, scene.Authority.Requests.Count(request => request.StartsWith("POST /revoke", StringComparison.Ordinal)));
        Assert.Equal("token_issue", (await scene.AskAsync(makesPage: false)).Text("type"));
        Assert.Equal("bob", scene.Authority.UserOf(await scene.TokenAsync("bob")));
        Assert.Empty(await LogOutAsync(scene, agent, "ann"));
        await scene.LogInAsync();
        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Theory]
    [InlineData("?server=mail", 1)]
    [InlineData("?server=calendar", 0)]
    [InlineData("", 1)]
    public async Task One_server_is_meant_by_its_name_and_all_without(string query, int count)
    {
        await using var scene = await LoginScene.StartAsync();
        var agent = await AgentAsync(scene, new JsonObject { ["name"] = "calendar", ["url"] = "https://calendar.example/mcp", ["auth_type"] = "oauth2" });
        await scene.LogInAsync();

        Assert.Equal(count, (await LogOutAsync(scene, agent, "ann", query)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?key=other")]
    public async Task A_server_that_tasks_brought_along_is_meant_by_its_address(string query)
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync();
        await scene.LogInAsync($"{scene.Agent}_ann", Own);

        var ended = await LogOutAsync(scene, scene.Agent, "ann", $"?server={Uri.EscapeDataString(scene.Authority.McpAddress + query)}");

        Assert.Equal([true, false], ended.Select(login => login.GetProperty("is_shared").GetBoolean()));
    }

    [Fact]
    public async Task An_agents_own_login_is_ended_and_the_shared_one_is_not()
    {
        await using var scene = await LoginScene.StartAsync();
        var agent = await AgentAsync(scene, isShared: false);
        await scene.LogInAsync();
        await scene.LogInAsync($"{agent}_ann", Own, agent);

        Assert.False(Assert.Single(await LogOutAsync(scene, agent, "ann")).GetProperty("is_shared").GetBoolean());

        Assert.Equal("token_issue", (await scene.AskAsync($"{agent}_ann", Own, makesPage: false, agent: agent)).Text("type"));
        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Theory]
    [InlineData("refresh_token", 503, "", false, "did not take the refresh_token back: it answered 503.")]
    [InlineData("refresh_token", 400, "<b>no</b>", false, "did not take the refresh_token back: an error without a name.")]
    [InlineData("access_token", 400, "unsupported_token_type", true, null)]
    public async Task Tokens_that_are_not_taken_back_are_forgotten_all_the_same_and_it_is_said(string kind, int status, string error, bool isRevoked, string? words)
    {
        await using var scene = await LoginScene.StartAsync();
        var agent = await AgentAsync(scene);
        await scene.LogInAsync();
        scene.Authority.RevocationFault = asked => asked == kind ? (status, error) : null;

        var ended = Assert.Single(await LogOutAsync(scene, agent, "ann"));

        Assert.Equal((isRevoked, words is null), (ended.GetProperty("is_revoked").GetBoolean(), ended.GetProperty("problem").ValueKind == JsonValueKind.Null));
        Assert.Contains(words ?? "", ended.GetProperty("problem").GetString() ?? "", StringComparison.Ordinal);
        Assert.Equal("token_issue", (await scene.AskAsync(makesPage: false)).Text("type"));
    }

    [Fact]
    public async Task An_authorization_server_that_takes_nothing_back_is_named()
    {
        await using var scene = await LoginScene.StartAsync();
        scene.Authority.Metadata = document => document.Remove("revocation_endpoint");
        var agent = await AgentAsync(scene);
        await scene.LogInAsync();

        var ended = Assert.Single(await LogOutAsync(scene, agent, "ann"));

        Assert.Equal((false, $"{scene.Authority.Issuer} does not take tokens back."), (ended.GetProperty("is_revoked").GetBoolean(), ended.Text("problem")));
    }

    [Fact]
    public async Task What_is_not_there_and_who_may_not_is_told()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync();
        var key = await scene.Server.Client.JsonAsync("POST", "/v1/keys", new { name = "reads", scopes = new[] { "tasks:read", "worker" } }, HttpStatusCode.Created);
        using var reader = scene.Server.NewClient(key.Text("key"));

        Assert.Equal(HttpStatusCode.NotFound, (await scene.Server.Client.CallAsync("DELETE", "/v1/agents/nobody/logins/ann")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Server.Client.CallAsync("DELETE", $"/v1/agents/{scene.Agent}/logins/ann?server=post")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await scene.Server.Client.CallAsync("DELETE", $"/v1/agents/{scene.Agent}/logins/{new string('a', 600)}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("DELETE", $"/v1/agents/{scene.Agent}/logins/ann")).Status);
        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    static void Own(JsonObject details) => details["share_user_token_across_other_agents"] = false;

    static async Task<string> AgentAsync(LoginScene scene, JsonObject? further = null, bool isShared = true)
    {
        var mail = new JsonObject { ["name"] = "mail", ["url"] = scene.Authority.McpAddress, ["auth_type"] = "oauth2", ["share_user_token_across_other_agents"] = isShared };
        var graph = new JsonArray([.. new[] { mail, further }.OfType<JsonObject>().Select(JsonNode (settings, index) => new JsonObject
        {
            ["item_id"] = $"mcp-{index}",
            ["type"] = "mcp",
            ["targets"] = new JsonArray(),
            ["settings"] = new JsonObject { ["mcp_settings"] = settings },
        })]);
        return (await scene.Server.Client.JsonAsync("POST", "/v1/agents", new { name = "reader", graph }, HttpStatusCode.Created)).Text("id");
    }

    static async Task<IReadOnlyList<JsonElement>> LogOutAsync(LoginScene scene, string agent, string user, string query = "") =>
        [.. (await scene.Server.Client.JsonAsync("DELETE", $"/v1/agents/{agent}/logins/{user}{query}")).EnumerateArray()];
}
