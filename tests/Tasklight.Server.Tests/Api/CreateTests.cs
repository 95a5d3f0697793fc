using System.Net;

namespace Tasklight.Server.Tests.Api;

public sealed class CreateTests(ApiServer server) : IClassFixture<ApiServer>
{
    static readonly string[] KeysOfEveryTask =
    [
        "id", "agent_id", "organization_id", "input", "status", "internal_status", "last_executed_node_id", "agent_version", "created_at", "started_at", "paused_at",
        "finished_at", "result", "parent_execution", "sub_executions", "finished_sub_executions", "is_manually_stopped", "payload_extension", "hitl_request",
        "pending_eca_request", "source", "worker_id", "voice_id", "output_format", "output_schema", "events_streaming", "is_orchestration", "additional_context",
        "instructions_override", "test_run_node_id", "user_oidc_token", "expected_output", "mcp_servers", "triggering_agent_id", "title", "think_mode",
        "disable_attachment_injection", "user_tokens", "deep_planning", "execution_attempts", "return_metrics", "tokens", "used_tools", "duration",
        "used_mutating_tools", "is_continuous", "llm_model_provider", "llm_model_name", "llm_reasoning_effort",
    ];

    [Fact]
    public async Task Created_task_has_every_key_of_the_contract_and_the_agents_defaults()
    {
        var task = (await server.PostAsync(Path, """{"input": {"text": "hello", "files": ["https://files.example.com/a.csv"], "user": null}}""")).Is(HttpStatusCode.OK);

        var keys = task.Json.AsObject().Select(pair => pair.Key).ToList();
        Assert.Empty(KeysOfEveryTask.Except(keys));
        Assert.DoesNotContain("configuration", keys);
        Assert.Equal("application/json", task.MediaType);
        Assert.Equal(("pending", "sdk", "1", "markdown"), (task["status"], task["source"], task["execution_attempts"], task["output_format"]));
        Assert.Equal(("openai", "gpt-4.1", "low"), (task["llm_model_provider"], task["llm_model_name"], task["llm_reasoning_effort"]));
        Assert.Null(task["agent_version"]);
        Assert.Equal("[]", task.Json["mcp_servers"]!.ToJsonString());
        Assert.True(Guid.TryParse(task["id"], out _));
    }

    [Fact]
    public async Task Created_task_can_be_read_and_listed_at_once()
    {
        var id = await server.NewTaskAsync();

        Assert.Equal(id, (await server.GetAsync($"/agent-execution/{id}/status")).Is(HttpStatusCode.OK)["id"]);
        var list = (await server.GetAsync($"/agent-execution/executions/history/{server.Agent}")).Is(HttpStatusCode.OK);
        Assert.Equal(id, list.Json.AsArray()[0]!["id"]!.ToString());
        Assert.Equal(12, list.Json.AsArray()[0]!.AsObject().Count);
    }

    [Fact]
    public async Task Options_of_the_request_win_over_the_agent()
    {
        var task = (await server.PostAsync(
            Path,
            """
            {"input": {"text": ""}, "output_format": "json", "llm_model_name": "other", "llm_reasoning_effort": "xhigh", "source": "slack", "worker_id": "w-1",
             "priority": 7, "not_before": "2099-01-01T00:00:00Z", "run_locally": true, "tool_call_payload_extension": {"a": 1}}
            """,
            ("x-agent-version", "any text"))).Is(HttpStatusCode.OK);

        Assert.Equal(("json", "other", "xhigh", "slack", "w-1", "7"), (task["output_format"], task["llm_model_name"], task["llm_reasoning_effort"], task["source"], task["worker_id"], task["priority"]));
        Assert.Equal("any text", task["agent_version"]);
        Assert.Equal("2099-01-01T00:00:00.000000Z", task["not_before"]);
        Assert.Equal("""{"a":1}""", task.Json["payload_extension"]!.ToJsonString());
    }

    [Fact]
    public async Task An_unknown_agent_is_404() =>
        Assert.Equal("There is no agent 'nobody' in this organization.", (await server.PostAsync("/agent-execution/nobody", """{"input": {}}""")).Is(HttpStatusCode.NotFound).Detail);

    [Fact]
    public async Task An_agent_that_is_not_active_is_400()
    {
        var draft = await server.NewAgentAsync("""{"name": "Draft", "status": "DRAFT"}""");

        var refused = (await server.PostAsync($"/agent-execution/{draft}", """{"input": {}}""")).Is(HttpStatusCode.BadRequest);

        Assert.Equal($"Agent '{draft}' is DRAFT; tasks can only be created for an ACTIVE agent.", refused.Detail);
        Assert.Equal("agent_inactive", refused.Code);
    }

    [Fact]
    public async Task The_same_create_while_the_turn_is_open_is_the_same_turn_and_another_one_is_409()
    {
        var id = Guid.NewGuid().ToString();
        var body = $$"""{"id": "{{id}}", "input": {"text": "once"} }""";
        await server.NewTaskAsync(body);

        var again = (await server.PostAsync(Path, body)).Is(HttpStatusCode.OK);
        var other = (await server.PostAsync(Path, $$"""{"id": "{{id}}", "input": {"text": "twice"} }""")).Is(HttpStatusCode.Conflict);

        Assert.Equal(id, again["id"]);
        Assert.Equal("turn_open", other.Code);
        Assert.Contains("pending", other.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_create_after_the_end_is_the_next_turn_of_the_same_record()
    {
        var id = await server.NewTaskAsync();
        var first = (await server.PatchAsync(id, """{"status": "completed", "result": "one"}""")).Is(HttpStatusCode.OK);

        var next = (await server.PostAsync(Path, $$"""{"id": "{{id}}", "input": {"text": "again"} }""")).Is(HttpStatusCode.OK);

        Assert.Equal(("pending", null, null), (next["status"], next["result"], next["finished_at"]));
        Assert.Equal(first["created_at"], next["created_at"]);
    }

    [Fact]
    public async Task An_id_of_another_agents_task_is_409()
    {
        var id = await server.NewTaskAsync();
        var other = await server.NewAgentAsync("""{"name": "Other"}""");

        var refused = (await server.PostAsync($"/agent-execution/{other}", $$"""{"id": "{{id}}", "input": {} }""")).Is(HttpStatusCode.Conflict);

        Assert.Equal("id_taken", refused.Code);
    }

    [Fact]
    public async Task A_parent_of_nowhere_is_422_and_a_real_one_lists_its_child()
    {
        var refused = (await server.PostAsync(Path, """{"input": {}, "parent_execution_id": "nowhere"}""")).Is(HttpStatusCode.UnprocessableEntity);
        var parent = await server.NewTaskAsync();
        var child = await server.NewTaskAsync($$"""{"input": {}, "parent_execution_id": "{{parent}}"}""");

        Assert.Equal("""["body","parent_execution_id"]""", refused.Json["detail"]![0]!["loc"]!.ToJsonString());
        Assert.Equal($"""["{child}"]""", (await server.GetAsync($"/v1/tasks/{parent}")).Json["sub_executions"]!.ToJsonString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Any_content_type_is_taken(string? type)
    {
        var answer = await ApiServer.SendAsync(server.Server.Client, "POST", Path, """{"input": {"text": "x"}}"""u8.ToArray(), type);

        answer.Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Secrets_are_in_clear_for_workers_on_the_SDK_surface_and_nowhere_else()
    {
        var body = """{"input": {}, "user_oidc_token": "oidc-secret", "user_tokens": {"a": "token-secret"}, "mcp_servers": [{"name": "m", "url": "https://m.example.com", "api_key": "key-secret"}]}""";
        var id = await server.NewTaskAsync(body);

        var worker = await server.GetAsync($"/agent-execution/{id}/status");
        var rest = await server.GetAsync($"/v1/tasks/{id}");

        Assert.Equal(("oidc-secret", "token-secret", "key-secret"), (worker["user_oidc_token"], worker.Json["user_tokens"]!["a"]!.ToString(), worker.Json["mcp_servers"]![0]!["api_key"]!.ToString()));
        Assert.DoesNotContain("-secret", rest.Text, StringComparison.Ordinal);
        Assert.Equal("***", rest.Json["mcp_servers"]![0]!["api_key"]!.ToString());
    }

    [Fact]
    public async Task The_organization_may_stand_in_front_of_the_path()
    {
        var id = await server.NewTaskAsync();

        (await server.GetAsync($"/{Hosting.RunningServer.Organization}/agent-execution/{id}/status")).Is(HttpStatusCode.OK);
        (await server.GetAsync($"/None/agent-execution/{id}/status")).Is(HttpStatusCode.Forbidden);
    }

    string Path => $"/agent-execution/{server.Agent}";
}
