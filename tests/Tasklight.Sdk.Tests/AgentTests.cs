using System.Reflection;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class AgentTests(SdkMode mode)
{
    [Fact]
    public async Task An_agent_that_a_newer_one_moves_to_the_next_page_comes_once()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Query.EndsWith("page=1", StringComparison.Ordinal)
            ? Page("c", "b")
            : Page("b", "a")));

        var listed = await mode.ListAllAsync(new Agents(StubSdk.ConfigurationOf(server)));

        Assert.Equal(["c", "b", "a"], listed.Select(agent => agent.Id));
        Assert.Equal(2, server.Rest().Count);
        static string Page(params string[] ids) =>
            $$"""{"items":[{{string.Join(',', ids.Select(id => $$"""{"id":"{{id}}","organization_id":"o","name":"{{id}}"}"""))}}],"total":3,"page":1,"per_page":2,"total_pages":2}""";
    }

    [Fact]
    public async Task An_agent_tells_what_follows_from_its_fields()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubAgent.Json));

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
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Method == "GET" ? StubAgent.Json : StubTask.Json()));
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
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Method == "GET" ? StubAgent.Json : StubTask.Json()));
        var configuration = StubSdk.ConfigurationOf(server);
        configuration.AgentId = "agent-1";

        await mode.InvokeAgentAsync(new Backend(configuration), """{"no": "task"}""");

        Assert.Equal(["GET /agents/agent-1", "POST /agent-execution/agent-1"], server.Rest().Select(call => $"{call.Method} {call.Path}"));
    }

    [Fact]
    public async Task What_creates_or_reports_may_carry_a_key()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Method == "GET" || call.Path == "/v1/agents" ? StubAgent.Json : StubTask.Json()));
        var backend = new Backend(StubSdk.ConfigurationOf(server));
        var agents = new Agents(StubSdk.ConfigurationOf(server));
        var ct = TestContext.Current.CancellationToken;

        await mode.InvokeAgentAsync(backend, new CreateTaskRequest(), "agent-1", "2", "invoked");
        await mode.ReportExternalTaskAsync(backend, new ReportTaskRequest(), "agent-1", "reported");
        await mode.RunAsync(
            () => agents.CreateAsync(new CreateAgentRequest { Name = "a" }, "created", ct), () => agents.Create(new CreateAgentRequest { Name = "a" }, "created", ct));

        Assert.Equal([(null, null), ("invoked", "2"), ("reported", null), ("created", null)], server.Rest().Select(call => (call.Header("Idempotency-Key"), call.Header("x-agent-version"))));
    }

    [Fact]
    public async Task A_refused_agent_is_called_by_its_name()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Error(403, "the reason"));
        var agents = new Agents(StubSdk.ConfigurationOf(server));
        var request = new CreateAgentRequest { Name = "clerk" };

        var refusal = await Assert.ThrowsAsync<ModuleException>(
            () => mode.RunAsync(() => agents.CreateAsync(request, ct: TestContext.Current.CancellationToken), () => agents.Create(request, ct: TestContext.Current.CancellationToken)));

        Assert.Contains("Could not create agent 'clerk': the reason", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_that_names_a_task_loads_it()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        await mode.InvokeAgentAsync(new Backend(StubSdk.ConfigurationOf(server)), """{"xpander_task_id": "task-1"}""");

        Assert.Equal(["GET /agent-execution/task-1/status"], server.Rest().Select(call => $"{call.Method} {call.Path}"));
    }

    [Theory]
    [InlineData("""{"xpander_task_id": ""}""")]
    [InlineData("""{"xpander_task_id": ".."}""")]
    [InlineData("""{"xpander_task_id": 7}""")]
    [InlineData("""["xpander_task_id"]""")]
    [InlineData("xpander_task_id")]
    public async Task A_prompt_that_names_no_task_is_a_prompt(string prompt)
    {
        await using var server = await StubServer.StartAsync(
            call => StubAnswer.Ok(call.Method == "GET" ? """{"id":"agent-1","organization_id":"organization-1","name":"echo"}""" : StubTask.Json()));
        var configuration = StubSdk.ConfigurationOf(server);
        configuration.AgentId = StubTask.Agent;

        await mode.InvokeAgentAsync(new Backend(configuration), prompt);

        var calls = server.Rest();
        Assert.Equal(["GET /agents/agent-1", "POST /agent-execution/agent-1"], calls.Select(call => $"{call.Method} {call.Path}"));
        Assert.Equal(prompt, calls[1].Json.GetProperty("input").GetProperty("text").GetString());
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

    [Fact]
    public async Task A_tool_gets_its_payload_with_the_extension_over_it_and_its_failure_is_an_answer()
    {
        await using var server = await StubServer.StartAsync(call => call.Path switch
        {
            "/agents/agent-1" => StubAnswer.Ok(StubAgent.Json),
            "/agents/agent-1/operations/clock" => StubAnswer.Ok("""{"time":"noon"}"""),
            _ => StubAnswer.Error(501, "no tools here", "not_configured"),
        });
        var agent = await mode.GetAsync(new Agents(StubSdk.ConfigurationOf(server)), "agent-1");
        var payload = JsonElement.Parse("""{"body_params":{"zone":"CET","tenant":"x"},"headers":{}}""");

        var told = await mode.InvokeToolAsync(agent, "clock", payload, JsonElement.Parse("""{"body_params":{"tenant":"acme"}}"""), "task-1", "call-1");
        var failed = await mode.InvokeToolAsync(agent, "gone", payload);

        Assert.Equal((true, 200, "clock", "task-1", "call-1", "noon"), (told.IsSuccess, told.StatusCode, told.ToolId, told.TaskId, told.ToolCallId, told.Result.GetProperty("time").GetString()));
        Assert.Equal("""{"body_params":{"zone":"CET","tenant":"acme"},"headers":{}}""", (await server.NextAsync(call => call.Method == "POST")).Body);
        Assert.Equal((true, 501), (failed.IsError, failed.StatusCode));
        Assert.Contains("no tools here", failed.Result.GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Tasklight has no agent databases", "GetConnectionString", "GetDb")]
    [InlineData("Tasklight keeps no agent sessions", "GetUserSessions", "GetSession", "DeleteSession")]
    [InlineData("Tasklight has no knowledge bases", "GetKnowledgeBases", "AttachKnowledgeBase", "KnowledgeBasesRetriever")]
    public void What_an_agent_cannot_do_here_it_says_in_one_sentence(string sentence, params string[] names)
    {
        var agent = new Agent(new AgentFields(), new Http.Transport(new Configuration(_ => null)));

        var methods = typeof(Agent).GetMethods().Where(method => names.Contains(method.Name.Replace("Async", "", StringComparison.Ordinal))).ToList();

        Assert.True(methods.Count >= names.Length);
        Assert.All(methods, method => AssertMissing(agent, method, sentence));
    }

    [Theory]
    [InlineData(typeof(KnowledgeBases), 6)]
    [InlineData(typeof(KnowledgeBase), 10)]
    public void Knowledge_bases_say_in_one_sentence_that_there_are_none(Type type, int count)
    {
        var target = type == typeof(KnowledgeBase) ? new KnowledgeBase("k") : Activator.CreateInstance(type)!;
        var methods = type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => !method.IsSpecialName).ToList();

        Assert.Equal(count, methods.Count);
        Assert.All(methods, method => AssertMissing(target, method, "Tasklight has no knowledge bases"));
    }

    private static void AssertMissing(object target, MethodInfo method, string sentence)
    {
        var arguments = method.GetParameters().Select(parameter => parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null).ToArray();
        var exception = Assert.Throws<TargetInvocationException>(() => method.Invoke(target, arguments)).InnerException;
        Assert.StartsWith(sentence, Assert.IsType<NotSupportedException>(exception).Message, StringComparison.Ordinal);
    }
}
