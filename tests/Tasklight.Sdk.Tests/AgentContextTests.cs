using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

/// <summary>What a framework of one's own is given to run a task: the agent's settings under the task's, and whose secrets go where.</summary>
public abstract class AgentContextTests(SdkMode mode)
{
    [Theory]
    [InlineData("""{"X-Org":"org","x-team":"org"}""", 2)]
    [InlineData("null", 1)]
    public async Task The_context_of_a_task_puts_its_own_settings_over_the_agents(string defaultHeaders, int headers)
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Path switch
        {
            "/agents/agent-1" => StubAgent.Json,
            "/metadata/default_llm_extra_headers" => defaultHeaders,
            _ => StubTask.Json(task =>
            {
                (task.AgentVersion, task.LlmModelName, task.InstructionsOverride, task.ExpectedOutput) = ("7", "other", "Hurry.", "One line.");
                task.McpServers = [new() { Name = "mine" }];
            }),
        }));
        var backend = new Backend(StubSdk.ConfigurationOf(server));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        var context = await mode.GetAgentContextAsync(backend, task);

        Assert.Equal(("openai", "other", OutputFormat.Json), (context.ModelProvider, context.ModelName, context.OutputFormat));
        Assert.Equal(["maps", "mine"], context.McpServers.Select(mcp => mcp.Name));
        Assert.Equal(("agent", headers), (context.ModelHeaders["X-Team"], context.ModelHeaders.Count));
        Assert.Equal(
            """
            Be kind.

            Role:
            clerk

            Goal:
            order
            peace

            Instructions for this task:
            Hurry.

            Expected output:
            One line.
            """.ReplaceLineEndings("\n"),
            context.Instructions);
        Assert.Equal("7", (await server.NextAsync(call => call.Path == "/agents/agent-1")).Header("x-agent-version"));
    }

    [Fact]
    public async Task Tokens_that_came_with_the_task_are_for_the_model_and_the_servers_they_name()
    {
        const string agentJson =
            """
            {"id":"agent-1","organization_id":"o","name":"a","pre_auth_audiences":["llm","mcp"],"use_oidc_pre_auth_token_for_llm":true,"oidc_pre_auth_token_llm_audience":"llm",
             "llm_credentials":{"name":"OPENAI_API_KEY","value":"agents-own"},
             "graph":[{"id":"node-1","item_id":"m","type":"mcp","targets":[],"settings":{"mcp_settings":{"name":"maps","url":"http://maps","auth_type":"oauth2"}}},
                      {"id":"node-2","item_id":"n","type":"mcp","targets":[],"settings":{"mcp_settings":{"name":"news","url":"http://news","headers":{"a":"b"}}}},
                      {"id":"node-3","item_id":"l","type":"mcp","targets":[],"settings":{"mcp_settings":{"name":"local","type":"local","command":"run"}}}]}
            """;
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Path switch
        {
            "/agents/agent-1" => agentJson,
            "/metadata/default_llm_extra_headers" => """{"X-Org":"org"}""",
            _ => StubTask.Json(task =>
            {
                task.UserTokens = JsonElement.Parse("""{"oidc_tokens":{"llm":"for-the-model"},"node-1":"for-maps","node-2":{"X-Key":"for-news"}}""");
                task.McpServers = [new() { Name = "mine", Url = "http://mine", ApiKey = "own" }];
            }),
        }));

        var context = await mode.GetAgentContextAsync(new Backend(StubSdk.ConfigurationOf(server)), await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id));

        Assert.Equal(("for-the-model", "org"), (context.ModelHeaders["x-oidc-token"], context.ModelHeaders["X-Org"]));
        Assert.Equal("for-the-model", context.ModelCredentials?.Value);
        Assert.Equal(
            ["maps Authorization=Bearer for-maps", "news X-Key=for-news", "local ", "mine Authorization=Bearer own"],
            context.McpServers.Select(mcp => $"{mcp.Name} {string.Join(',', mcp.Headers.Select(header => $"{header.Key}={header.Value}"))}"));
        Assert.DoesNotContain("for-the-model", context.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OpenAI", "X-Org X-Team x-oidc-token", "for-the-model", "http://gateway")]
    [InlineData("anthropic", "X-Org", null, null)]
    public async Task What_the_agent_has_for_its_provider_is_for_no_other_one_that_the_task_names(string provider, string headers, string? key, string? address)
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Path switch
        {
            "/agents/agent-1" =>
                """
                {"id":"agent-1","organization_id":"o","name":"a","model_provider":"openai","llm_api_base":"http://gateway","llm_extra_headers":{"X-Team":"agent"},
                 "pre_auth_audiences":["llm"],"use_oidc_pre_auth_token_for_llm":true,"oidc_pre_auth_token_llm_audience":"llm","llm_credentials":{"name":"k","value":"agents-own"}}
                """,
            "/metadata/default_llm_extra_headers" => """{"X-Org":"org"}""",
            _ => StubTask.Json(task =>
            {
                task.LlmModelProvider = provider;
                task.UserTokens = JsonElement.Parse("""{"oidc_tokens":{"llm":"for-the-model"}}""");
            }),
        }));

        var context = await mode.GetAgentContextAsync(new Backend(StubSdk.ConfigurationOf(server)), await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id));

        Assert.Equal((provider, provider == "anthropic"), (context.ModelProvider, context.HasOtherProvider));
        Assert.Equal(headers, string.Join(' ', context.ModelHeaders.Keys.Order(StringComparer.Ordinal)));
        Assert.Equal((key, address), (context.ModelCredentials?.Value, context.ModelAddress));
    }

    [Theory]
    [InlineData("token", "Bearer token")]
    [InlineData("__none__", null)]
    public async Task An_oidc_token_for_mcp_servers_goes_before_all_others(string token, string? authorization)
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Path switch
        {
            "/agents/agent-1" => """{"id":"agent-1","organization_id":"o","name":"a","pre_auth_audiences":["mcp"],"oidc_pre_auth_token_mcp_audience":"mcp"}""",
            "/metadata/default_llm_extra_headers" => "{}",
            _ => StubTask.Json(task =>
            {
                task.UserTokens = JsonElement.Parse($$"""{"oidc_tokens":{"mcp":"{{token}}"} }""");
                task.McpServers = [new() { Url = "http://mine" }];
            }),
        }));

        var context = await mode.GetAgentContextAsync(new Backend(StubSdk.ConfigurationOf(server)), await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id));

        Assert.Equal(authorization, context.McpServers.Single().Headers.GetValueOrDefault("Authorization"));
        Assert.False(context.ModelHeaders.ContainsKey("x-oidc-token"));
    }

    [Theory]
    [InlineData(true, "oauth2", "Bearer of-the-user")]
    [InlineData(true, "none", null)]
    [InlineData(false, "oauth2", null)]
    public async Task The_users_oidc_token_goes_to_oauth_servers_of_agents_set_up_for_it(bool preAuth, string authType, string? authorization)
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Path switch
        {
            "/agents/agent-1" => $$"""{"id":"agent-1","organization_id":"o","name":"a","use_oidc_pre_auth":{{(preAuth ? "true" : "false")}}}""",
            "/metadata/default_llm_extra_headers" => "{}",
            _ => StubTask.Json(task =>
            {
                task.UserOidcToken = "of-the-user";
                task.McpServers = [new() { Url = "http://mine", AuthType = authType == "oauth2" ? MCPServerAuthType.OAuth2 : MCPServerAuthType.None }];
            }),
        }));

        var context = await mode.GetAgentContextAsync(new Backend(StubSdk.ConfigurationOf(server)), await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id));

        Assert.Equal(authorization, context.McpServers.Single().Headers.GetValueOrDefault("Authorization"));
    }

    [Fact]
    public async Task Masked_secrets_are_no_secrets()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Path switch
        {
            "/agents/agent-1" => """{"id":"agent-1","organization_id":"o","name":"a","llm_credentials":{"name":"OPENAI_API_KEY","value":"***"}}""",
            "/metadata/default_llm_extra_headers" => "{}",
            _ => StubTask.Json(task => task.McpServers = [new() { Url = "http://mine", ApiKey = "***" }]),
        }));

        var context = await mode.GetAgentContextAsync(new Backend(StubSdk.ConfigurationOf(server)), await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id));

        Assert.Null(context.ModelCredentials);
        Assert.Empty(context.McpServers.Single().Headers);
    }
}
