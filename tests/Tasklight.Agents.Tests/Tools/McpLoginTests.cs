using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Server;
using Tasklight.Agents.Tools;
using Tasklight.Agents.Tools.Mcp;
using Tasklight.Protocol;
using Tasklight.Stub;

namespace Tasklight.Agents.Tests.Tools;

/// <summary>With whose word MCP servers are asked: keys, tokens of the task, logins of its end user.</summary>
public sealed class McpLoginTests
{
    private static readonly McpServerTool Echo = McpDouble.Tool("echo", (string text) => $"You said {text}.");

    [Fact]
    public async Task A_user_token_of_the_task_is_sent_to_its_server_only()
    {
        await using var mine = await McpDouble.StartAsync(Echo);
        await using var other = await McpDouble.StartAsync(McpDouble.Tool("x", () => ""));
        var scene = new ToolScene().With(new() { Name = "mine", Url = mine.Address, AuthType = MCPServerAuthType.OAuth2 }).With(new() { Name = "other", Url = other.Address });
        scene.Fields.UserTokens = JsonElement.Parse("""{"node-0":"t0k3n"}""");
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        await scene.OpenAsync(source);

        Assert.All(mine.Headers, headers => Assert.Equal("Bearer t0k3n", headers["Authorization"]));
        Assert.All(other.Headers, headers => Assert.False(headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task A_server_that_wants_a_login_is_told_with_the_page_to_log_in()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        server.Before = context => Task.FromResult(LoginWall(context, good: null));
        await using var tasklight = await StubServer.StartAsync(_ => StubAnswer.Ok(LoginPage(server.Address)));
        var scene = new ToolScene().On(tasklight).With(new() { Name = "mail", Url = server.Address + "?key=s3cret", AuthType = MCPServerAuthType.OAuth2, ClientId = "tasklight" });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var login = (await Assert.ThrowsAsync<LoginRequiredException>(async () => await scene.OpenAsync(source))).Login;

        Assert.Equal((MCPOAuthResponseType.LoginRequired, "mail", server.Address), (login.Type, login.Data.ServerName, login.Data.ServerUrl));
        Assert.StartsWith("https://login.example/authorize?response_type=code&client_id=tasklight&resource=", login.Data.Url, StringComparison.Ordinal);
        var (looked, asked) = (await tasklight.NextAsync(), await tasklight.NextAsync());
        Assert.Equal(("/mcp_auth/clerk/ann/get_token", "?generate_login_url=false"), (looked.Path, looked.Query));
        Assert.Equal(("/mcp_auth/clerk/ann/get_token", "?generate_login_url=true"), (asked.Path, asked.Query));
        Assert.Equal((server.Address + "?key=s3cret", "tasklight"), (asked.Json.GetProperty("url").GetString(), asked.Json.GetProperty("client_id").GetString()));
    }

    [Fact]
    public async Task A_login_that_ends_while_the_task_runs_is_asked_for_by_the_call()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        var isOpen = true;
        server.Before = context => Task.FromResult(!isOpen && LoginWall(context, good: null));
        await using var tasklight = await StubServer.StartAsync(_ => StubAnswer.Ok(LoginPage(server.Address)));
        var scene = new ToolScene().On(tasklight).With(new() { Name = "mail", Url = server.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);
        var tool = Assert.Single(await scene.OpenAsync(source));

        isOpen = false;
        var outcome = await scene.CallAsync(tool, """{"text":"x"}""");

        Assert.Equal("mail", Assert.IsType<LoginRequired>(outcome).Login.Data.ServerName);
        Assert.Equal("?generate_login_url=true", Assert.Single(tasklight.Rest()).Query);
    }

    [Fact]
    public async Task A_login_that_is_there_is_used_from_the_first_request_on()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        await using var tasklight = await StubServer.StartAsync(_ => StubAnswer.Ok(Token("held")));
        var scene = new ToolScene().On(tasklight).With(new() { Name = "mail", Url = server.Address, AuthType = MCPServerAuthType.OAuth2 });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        Assert.Single(await scene.OpenAsync(source));

        Assert.All(server.Headers, headers => Assert.Equal("Bearer held", headers["Authorization"]));
    }

    [Fact]
    public async Task Calls_that_are_refused_side_by_side_ask_once_for_another_token()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        var good = "old";
        server.Before = context => Task.FromResult(LoginWall(context, good));
        await using var tasklight = await StubServer.StartAsync(call => StubAnswer.Ok(Token(call.Query.Contains("refused=", StringComparison.Ordinal) ? "new" : "old")));
        var scene = new ToolScene().On(tasklight).With(new() { Name = "mail", Url = server.Address, AuthType = MCPServerAuthType.OAuth2 });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);
        var tool = Assert.Single(await scene.OpenAsync(source));

        good = "new";
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => scene.CallAsync(tool, $$"""{"text":"{{n}}"}""", $"call-{n}")));

        Assert.Equal(Enumerable.Range(0, 5).Select(n => $"You said {n}."), outcomes.Select(outcome => outcome.Result.GetString()));
        Assert.Equal(["?generate_login_url=false", $"?generate_login_url=true&refused={Hash("old")}"], tasklight.Rest().Select(call => call.Query));
        Assert.Equal(1, server.Sessions);
    }

    [Fact]
    public async Task A_token_that_is_refused_though_it_is_new_does_not_go_round_in_circles()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        server.Before = context => Task.FromResult(LoginWall(context, good: null));
        var given = 0;
        await using var tasklight = await StubServer.StartAsync(_ => StubAnswer.Ok(Token($"token-{Interlocked.Increment(ref given)}")));
        var scene = new ToolScene().On(tasklight).With(new() { Name = "mail", Url = server.Address, AuthType = MCPServerAuthType.OAuth2 });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var tool = Assert.Single(await scene.OpenAsync(source));

        Assert.Contains("does not accept the key", tool.Description, StringComparison.Ordinal);
        Assert.InRange(given, 2, 4);
    }

    [Fact]
    public async Task A_server_that_wants_a_login_for_its_tools_alone_shows_them_after_it()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        server.Before = context => Task.FromResult(context.Request.Headers["Mcp-Method"] == "tools/list" && LoginWall(context, good: "held"));
        await using var tasklight = await StubServer.StartAsync(_ => StubAnswer.Ok(Token("held")));
        var scene = new ToolScene().On(tasklight).With(new() { Name = "mail", Url = server.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        Assert.Equal("echo", Assert.Single(await scene.OpenAsync(source)).Name);
    }

    [Fact]
    public async Task A_token_of_the_task_is_tried_before_a_login()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        server.Before = context => Task.FromResult(LoginWall(context, good: "of-the-task"));
        await using var tasklight = await StubServer.StartAsync(_ => StubAnswer.Ok(Token("held")));
        var scene = new ToolScene().On(tasklight).With(new() { Name = "mail", Url = server.Address, AuthType = MCPServerAuthType.OAuth2 });
        scene.Fields.UserTokens = JsonElement.Parse("""{"node-0":"of-the-task"}""");
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        Assert.Single(await scene.OpenAsync(source));

        Assert.Empty(tasklight.Rest());
    }

    [Theory]
    [InlineData(200, """{"type":"not_supported","data":{"message":"Nobody can log in there."}}""", "It wants a login, and there is none to be had. Nobody can log in there.")]
    [InlineData(200, """{"type":"token_issue","data":{"message":"It is out of order."}}""", "It wants a login, and there is none to be had. It is out of order.")]
    [InlineData(403, """{"detail":"This key may not.","code":"forbidden"}""", "Its login could not be asked for.")]
    public async Task A_login_that_cannot_be_had_is_told_as_the_servers_absence(int status, string answer, string words)
    {
        await using var server = await McpDouble.StartAsync(Echo);
        server.Before = context => Task.FromResult(LoginWall(context, good: null));
        await using var tasklight = await StubServer.StartAsync(_ => new StubAnswer(status, answer));
        var scene = new ToolScene().On(tasklight).With(new() { Name = "mail", Url = server.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var tool = Assert.Single(await scene.OpenAsync(source));

        Assert.Equal("connect_mail", tool.Name);
        Assert.Contains(words, tool.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_without_an_end_user_is_a_mistake_of_the_tasks_maker()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        server.Before = context => Task.FromResult(LoginWall(context, good: null));
        var scene = new ToolScene().With(new() { Name = "mail", Url = server.Address, AuthType = MCPServerAuthType.OAuth2 });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<ToolSetupException>(async () => await scene.OpenAsync(source));

        Assert.Equal("MCP server 'mail' wants a login of the end user, and the task names none: create it with input.user (id, email).", refusal.Message);
    }

    [Fact]
    public async Task A_wrong_key_is_told_and_no_login_asked_for()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        server.Before = context =>
        {
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };
        var scene = new ToolScene().With(new() { Name = "mail", Url = server.Address, AuthType = MCPServerAuthType.ApiKey, ApiKey = "s3cret" });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var tool = Assert.Single(await scene.OpenAsync(source));

        Assert.Contains("does not accept the key", tool.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", tool.Description, StringComparison.Ordinal);
    }

    private static bool LoginWall(HttpContext context, string? good)
    {
        if (good is not null && context.Request.Headers.Authorization == $"Bearer {good}")
            return false;

        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = $"Bearer resource_metadata=\"http://{context.Request.Host}/.well-known/oauth-protected-resource/mcp\"";
        return true;
    }

    private static string LoginPage(string address) =>
        $$$"""{"type":"login_required","data":{"url":"https://login.example/authorize?response_type=code&client_id=tasklight&resource=x","server_url":"{{{address}}}","server_name":"mail"}}""";

    private static string Token(string token) => $$$"""{"type":"token_ready","data":{"access_token":"{{{token}}}"}}""";

    private static string Hash(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
