using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class AgentTests(SdkMode mode)
{
    private const string AgentJson =
        """
        {"id":"agent-1","organization_id":"organization-1","name":"4 you & me","status":"ACTIVE","model_provider":"openai","model_name":"m",
         "instructions":{"general":"Be kind.","role":["clerk"],"goal":["order","peace"]},"output_format":"json","output_schema":{"type":"object"},
         "llm_extra_headers":{"X-Team":"agent"},"tools":[{"id":"t","name":"clock","method":"POST","path":"/t"}],
         "graph":[{"item_id":"child","type":"agent","targets":[]},{"item_id":"m","type":"mcp","targets":[],"settings":{"mcp_settings":{"name":"maps","url":"http://maps"}}}]}
        """;

    [Fact]
    public async Task An_agent_tells_what_follows_from_its_fields()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(AgentJson));

        var agent = await mode.GetAsync(new Agents(StubSdk.ConfigurationOf(server)), "agent-1", 3);

        Assert.True(agent is { IsActive: true, IsATeam: true, SearchKnowledge: false, SanitizedName: "_4_you___me" });
        Assert.Equal(("child", "maps"), (agent.SubAgents.Single(), agent.McpServers.Single().Name));
        Assert.True(agent.Output is { IsMarkdown: false, UseJsonMode: true, OutputSchema: not null });
        var call = await server.NextAsync();
        Assert.Equal(("/agents/agent-1", "3"), (call.Path, call.Header("x-agent-version")));
        Assert.DoesNotContain("secret", JsonSerializer.Serialize(agent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_of_an_agent_comes_from_the_sdk_unless_said()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Method == "GET" ? AgentJson : StubTask.Json()));
        var agent = await mode.GetAsync(new Agents(StubSdk.ConfigurationOf(server)), "agent-1");
        await server.NextAsync();
        var request = new CreateTaskRequest();

        await mode.CreateTaskAsync(agent, request);
        await mode.CreateTaskAsync(agent, new CreateTaskRequest { Source = "mine" });

        Assert.Equal(["sdk", "mine"], server.Rest().Select(call => call.Value("source")));
        Assert.Null(request.Source);
    }

    [Fact]
    public async Task An_invocation_fetches_the_agent_then_creates_the_task()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Method == "GET" ? AgentJson : StubTask.Json()));
        var configuration = StubSdk.ConfigurationOf(server);
        configuration.AgentId = "agent-1";

        await mode.InvokeAgentAsync(new Backend(configuration), """{"no": "task"}""");

        Assert.Equal(["GET /agents/agent-1", "POST /agent-execution/agent-1"], server.Rest().Select(call => $"{call.Method} {call.Path}"));
    }

    [Fact]
    public async Task A_prompt_that_names_a_task_loads_it()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        await mode.InvokeAgentAsync(new Backend(StubSdk.ConfigurationOf(server)), """{"xpander_task_id": "task-1"}""");

        Assert.Equal(["GET /agent-execution/task-1/status"], server.Rest().Select(call => $"{call.Method} {call.Path}"));
    }

    [Fact]
    public async Task An_external_run_is_reported_for_the_configured_agent_and_says_when_there_is_none()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));
        var configuration = StubSdk.ConfigurationOf(server);

        var exception = await Assert.ThrowsAsync<ModuleException>(() => mode.ReportExternalTaskAsync(new Backend(configuration), new ReportTaskRequest()));
        configuration.AgentId = "mine";
        await mode.ReportExternalTaskAsync(new Backend(configuration), new ReportTaskRequest());

        Assert.Contains("TASKLIGHT_AGENT_ID", exception.Message, StringComparison.Ordinal);
        Assert.Equal("/agent-execution/mine/report_task", (await server.NextAsync()).Path);
    }

    [Theory]
    [InlineData("""{"X-Org":"org","x-team":"org"}""", 2)]
    [InlineData("null", 1)]
    public async Task The_context_of_a_task_puts_its_own_settings_over_the_agents(string defaultHeaders, int headers)
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Path switch
        {
            "/agents/agent-1" => AgentJson,
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
    public async Task What_is_not_part_of_this_says_so_in_one_sentence()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(AgentJson));
        var agent = await mode.GetAsync(new Agents(StubSdk.ConfigurationOf(server)), "agent-1");

        Assert.Contains("no agent databases", Assert.Throws<NotSupportedException>(() => agent.GetConnectionString()).Message, StringComparison.Ordinal);
        Assert.Contains("no agent sessions", Assert.Throws<NotSupportedException>(() => agent.GetUserSessions("u")).Message, StringComparison.Ordinal);
        Assert.Contains("no knowledge bases", Assert.Throws<NotSupportedException>(() => new KnowledgeBases().List()).Message, StringComparison.Ordinal);
    }
}
