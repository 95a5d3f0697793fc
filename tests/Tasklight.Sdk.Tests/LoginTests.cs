using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class LoginTests(SdkMode mode)
{
    private static readonly MCPServerDetails Mail = new() { Name = "mail", Url = "https://mail.example/mcp", AuthType = MCPServerAuthType.OAuth2, ClientSecret = "s3cret" };

    [Theory]
    [InlineData(true, "ann", "/mcp_auth/agent-1/ann/get_token")]
    [InlineData(false, "ann", "/mcp_auth/agent-1/agent-1_ann/get_token")]
    [InlineData(true, null, "/mcp_auth/agent-1/ann@example.org/get_token")]
    public async Task A_token_is_asked_for_as_the_contract_says(bool isShared, string? user, string path)
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Method == "POST"
            ? """{"type":"login_required","data":{"url":"https://login.example","server_url":"https://mail.example/mcp","server_name":"mail"}}"""
            : StubTask.Json()));
        var task = await TaskAsync(server, new User { Id = user, Email = "ann@example.org" });

        var answer = await mode.GetMcpTokenAsync(task, Mail with { ShareUserTokenAcrossOtherAgents = isShared });

        Assert.Equal((MCPOAuthResponseType.LoginRequired, "https://login.example", "mail"), (answer.Type, answer.Data.Url, answer.Data.ServerName));
        var call = await server.NextAsync(call => call.Method == "POST");
        Assert.Equal((path, "?generate_login_url=true"), (call.Path, call.Query));
        Assert.Equal(("https://mail.example/mcp", "oauth2", "s3cret"), (call.Json.GetProperty("url").GetString(), call.Json.GetProperty("auth_type").GetString(), call.Json.GetProperty("client_secret").GetString()));
    }

    [Fact]
    public async Task A_refused_token_is_named_by_its_hash_only()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Method == "POST" ? """{"type":"token_ready","data":{"access_token":"new"}}""" : StubTask.Json()));
        var task = await TaskAsync(server, new User { Id = "ann", Email = "ann@example.org" });

        var answer = await mode.GetMcpTokenAsync(task, Mail, generateLoginUrl: false, refusedToken: "abc");

        Assert.Equal("new", answer.Data.AccessToken);
        var call = await server.NextAsync(call => call.Method == "POST");
        Assert.Equal("?generate_login_url=false&refused=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", call.Query);
    }

    [Fact]
    public async Task A_task_without_an_end_user_has_no_login()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));
        var task = await TaskAsync(server, user: null);

        var refused = await Assert.ThrowsAsync<ModuleException>(() => mode.GetMcpTokenAsync(task, Mail));

        Assert.Equal("Task 'task-1' names no end user, and a login is somebody's: create it with input.user.", refused.Description);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("my mail", "?server=my%20mail")]
    public async Task A_user_is_logged_out_of_one_server_or_all(string? name, string query)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok("""[{"server_name":"mail","server_url":"https://mail.example/mcp","is_shared":true,"is_revoked":false,"problem":"No."}]"""));

        var ended = Assert.Single(await mode.LogOutAsync(new Agents(StubSdk.ConfigurationOf(server)), "agent-1", "ann/x", name));

        Assert.Equal(new EndedLogin { ServerName = "mail", ServerUrl = "https://mail.example/mcp", IsShared = true, Problem = "No." }, ended);
        var call = await server.NextAsync();
        Assert.Equal(("DELETE", "/v1/agents/agent-1/logins/ann%2Fx", query), (call.Method, call.Path, call.Query));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    public async Task Who_is_no_user_is_told_before_anything_is_sent(string user)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok("[]"));

        Assert.Equal("userId", (await Assert.ThrowsAnyAsync<ArgumentException>(() => mode.LogOutAsync(new Agents(StubSdk.ConfigurationOf(server)), "agent-1", user))).ParamName);

        Assert.Empty(server.Rest());
    }

    private async Task<AgentTask> TaskAsync(StubServer server, User? user)
    {
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);
        task.Input = task.Input with { User = user };
        return task;
    }
}
