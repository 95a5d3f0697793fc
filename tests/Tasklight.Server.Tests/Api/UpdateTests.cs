using System.Net;

namespace Tasklight.Server.Tests.Api;

public sealed class UpdateTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_run_is_saved_from_executing_to_completed()
    {
        var id = await server.NewTaskAsync();

        var running = (await server.PatchAsync(id, """{"status": "executing", "source": "sdk"}""")).Is(HttpStatusCode.OK);
        var done = (await server.PatchAsync(id, """{"status": "completed", "result": "42", "tokens": {"completion_tokens": 1, "prompt_tokens": 2, "total_tokens": 3}}""")).Is(HttpStatusCode.OK);

        Assert.NotNull(running["started_at"]);
        Assert.Equal(("completed", "42", "3"), (done["status"], done["result"], done.Json["tokens"]!["total_tokens"]!.ToString()));
        Assert.NotNull(done["finished_at"]);
    }

    [Fact]
    public async Task Executing_on_a_record_that_has_ended_is_409()
    {
        var id = await server.NewTaskAsync();
        await server.PatchAsync(id, """{"status": "failed"}""");

        var refused = (await server.PatchAsync(id, """{"status": "executing"}""")).Is(HttpStatusCode.Conflict);

        Assert.Equal("invalid_transition", refused.Code);
        Assert.Contains(id, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_may_be_taken_back_by_saving_paused()
    {
        var id = await server.NewTaskAsync();
        var stopped = (await server.SendAsync("DELETE", $"/agent-execution/{id}")).Is(HttpStatusCode.OK);

        var paused = (await server.PatchAsync(id, """{"status": "paused"}""")).Is(HttpStatusCode.OK);
        var again = (await server.SendAsync("DELETE", $"/agent-execution/{id}")).Is(HttpStatusCode.OK);

        Assert.Equal(("stopped", "true"), (stopped["status"], stopped["is_manually_stopped"]));
        Assert.Equal("paused", paused["status"]);
        Assert.Equal("stopped", again["status"]);
    }

    [Fact]
    public async Task A_stop_of_what_has_ended_changes_nothing()
    {
        var id = await server.NewTaskAsync();
        var done = await server.PatchAsync(id, """{"status": "completed", "result": "r"}""");

        var stop = (await server.SendAsync("DELETE", $"/agent-execution/{id}")).Is(HttpStatusCode.OK);

        Assert.Equal(("completed", "false", done["finished_at"]), (stop["status"], stop["is_manually_stopped"], stop["finished_at"]));
    }

    [Fact]
    public async Task Artefacts_of_the_baseline_client_are_read_as_nothing()
    {
        var id = await server.NewTaskAsync();

        var saved = (await server.PatchAsync(id, """{"status": "paused", "expected_output": [null], "title": [null], "triggering_agent_id": [null], "mcp_servers": [[]]}""")).Is(HttpStatusCode.OK);

        Assert.Equal((null, null, "[]"), (saved["expected_output"], saved["title"], saved.Json["mcp_servers"]!.ToJsonString()));
    }

    [Fact]
    public async Task What_cannot_be_used_is_named_in_a_header_and_nothing_else_is_lost()
    {
        var id = await server.NewTaskAsync();

        var saved = (await server.PatchAsync(id, """{"status": "completed", "result": "kept", "duration": "long", "used_tools": 7}""")).Is(HttpStatusCode.OK);

        Assert.Equal("duration, used_tools", saved.Header("Tasklight-Ignored"));
        Assert.Equal(("completed", "kept"), (saved["status"], saved["result"]));
    }

    [Fact]
    public async Task An_unknown_status_word_is_422_and_says_which_are_known()
    {
        var id = await server.NewTaskAsync();

        var refused = (await server.PatchAsync(id, """{"status": "running"}""")).Is(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(
            """{"detail":[{"loc":["body","status"],"msg":"'running' is not one of: pending, executing, paused, completed, error, failed, stopped.","type":"value_error"}],"code":"validation_failed"}""",
            refused.Text);
    }

    [Fact]
    public async Task A_foreign_lease_is_409_lease_lost()
    {
        var id = await server.NewTaskAsync();

        var refused = (await server.PatchAsync(id, """{"status": "completed"}""", ("Tasklight-Lease", "not-mine"))).Is(HttpStatusCode.Conflict);

        Assert.Equal("lease_lost", refused.Code);
    }

    [Fact]
    public async Task A_secret_of_a_patch_is_sealed_and_the_mask_leaves_it()
    {
        var id = await server.NewTaskAsync();

        var saved = await server.PatchAsync(id, """{"mcp_servers": [{"name": "m", "api_key": "fresh-secret"}], "user_oidc_token": "oidc-secret"}""");
        await server.PatchAsync(id, """{"mcp_servers": [{"name": "m", "api_key": "***"}], "user_oidc_token": null}""");

        Assert.Equal("fresh-secret", saved.Json["mcp_servers"]![0]!["api_key"]!.ToString());
        var later = await server.GetAsync($"/agent-execution/{id}/status");
        Assert.Equal(("fresh-secret", "oidc-secret"), (later.Json["mcp_servers"]![0]!["api_key"]!.ToString(), later["user_oidc_token"]));
        Assert.DoesNotContain("-secret", (await server.GetAsync($"/v1/tasks/{id}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Masked_secrets_are_not_kept_for_another_host_and_nothing_else_of_the_save_is_lost()
    {
        var id = await server.NewTaskAsync();
        await server.PatchAsync(id, """{"mcp_servers": [{"name": "m", "url": "https://m.example", "headers": {"x": "header-secret"}}]}""");

        var moved = (await server.PatchAsync(id, """{"title": "t", "user_oidc_token": "oidc-secret", "mcp_servers": [{"name": "m", "url": "https://evil.example", "headers": {"x": "***"}}]}""")).Is(HttpStatusCode.OK);
        await server.PatchAsync(id, """{"mcp_servers": []}""");
        var again = (await server.PatchAsync(id, """{"mcp_servers": [{"name": "m", "url": "https://evil.example", "headers": {"x": "***"}}]}""")).Is(HttpStatusCode.OK);

        Assert.Equal(("t", "oidc-secret", "mcp_servers"), (moved["title"], moved["user_oidc_token"], moved.Header("Tasklight-Ignored")));
        Assert.Equal("""["https://m.example","header-secret"]""", $"""["{moved.Json["mcp_servers"]![0]!["url"]}","{moved.Json["mcp_servers"]![0]!["headers"]!["x"]}"]""");
        Assert.Equal(("mcp_servers", "[]"), (again.Header("Tasklight-Ignored"), again.Json["mcp_servers"]!.ToJsonString()));
    }

    [Fact]
    public async Task Secrets_of_patches_that_come_at_once_are_all_kept()
    {
        var id = await server.NewTaskAsync();

        await Task.WhenAll(
            server.PatchAsync(id, """{"mcp_servers": [{"name": "m", "api_key": "key-secret"}]}"""),
            server.PatchAsync(id, """{"user_oidc_token": "oidc-secret"}"""),
            server.PatchAsync(id, """{"user_tokens": {"m": "token-secret"}}"""));

        var task = await server.GetAsync($"/agent-execution/{id}/status");
        Assert.Equal(("key-secret", "oidc-secret", "token-secret"), (task.Json["mcp_servers"]![0]!["api_key"]!.ToString(), task["user_oidc_token"], task.Json["user_tokens"]!["m"]!.ToString()));
    }

    [Fact]
    public async Task Metrics_reach_the_task()
    {
        var id = await server.NewTaskAsync();
        await server.PatchAsync(id, """{"status": "completed"}""");

        var answer = (await server.PostAsync(
            $"/agents-metrics/{server.Agent}/execution",
            $$"""{"execution_id": "{{id}}", "source": "sdk", "result": null, "duration": 0.0, "llm_tokens": {"inner": {}, "worker": {"completion_tokens": 5, "prompt_tokens": 6} } }""")).Is(HttpStatusCode.OK);

        Assert.Equal("""{"ok":true}""", answer.Text);
        Assert.Equal("11", (await server.GetAsync($"/v1/tasks/{id}")).Json["tokens"]!["total_tokens"]!.ToString());
    }

    [Fact]
    public async Task A_preflight_with_input_and_output_is_a_tool_call_in_the_thread()
    {
        var id = await server.NewTaskAsync();

        var noted = (await server.PostAsync(
            $"/agents/{server.Agent}/operations/fetch_csv",
            """{"body_params": {"input": {"url": "u"}, "output": "3 rows"}}""",
            ("x-preflight-check", "true"),
            ("x-execution-id", id))).Is(HttpStatusCode.OK);
        var real = await server.PostAsync($"/agents/{server.Agent}/operations/fetch_csv", """{"body_params": {}}""", ("x-execution-id", id));

        Assert.Equal("{}", noted.Text);
        real.Is(HttpStatusCode.NotFound);
        var call = (await server.GetAsync($"/activity/{server.Agent}/{id}")).Is(HttpStatusCode.OK).Json["messages"]!.AsArray().Single(entry => entry!["tool_name"] is not null)!;
        Assert.Equal(("fetch_csv", "u", "3 rows"), (call["tool_name"]!.ToString(), call["payload"]!["url"]!.ToString(), call["result"]!.ToString()));
    }

    [Theory]
    [InlineData("GET", "/agent-execution/unknown/status")]
    [InlineData("PATCH", "/agent-execution/unknown/update")]
    [InlineData("DELETE", "/agent-execution/unknown")]
    [InlineData("GET", "/v1/tasks/unknown")]
    [InlineData("POST", "/v1/tasks/unknown/stop")]
    [InlineData("POST", "/v1/tasks/unknown/retry")]
    [InlineData("DELETE", "/v1/tasks/unknown")]
    [InlineData("POST", "/v1/tasks/unknown/approve")]
    [InlineData("POST", "/hitl/unknown/reject")]
    public async Task An_unknown_task_is_404(string method, string path)
    {
        var refused = (await server.SendAsync(method, path, method == "PATCH" ? "{}" : null)).Is(HttpStatusCode.NotFound);

        Assert.Equal("""{"detail":"There is no task 'unknown' in this organization.","code":"not_found"}""", refused.Text);
    }

    [Fact]
    public async Task A_parent_must_be_another_task_of_the_organization_and_not_below_the_task()
    {
        var (top, child) = (await server.NewTaskAsync(), await server.NewTaskAsync());

        var nowhere = (await server.PatchAsync(child, """{"parent_execution": "nowhere"}""")).Is(HttpStatusCode.OK);
        var itself = (await server.PatchAsync(child, $$"""{"parent_execution": "{{child}}"}""")).Is(HttpStatusCode.OK);
        var given = (await server.PatchAsync(child, $$"""{"parent_execution": "{{top}}"}""")).Is(HttpStatusCode.OK);
        var circle = (await server.PatchAsync(top, $$"""{"parent_execution": "{{child}}"}""")).Is(HttpStatusCode.OK);
        var other = (await server.PatchAsync(child, $$"""{"parent_execution": "{{await server.NewTaskAsync()}}"}""")).Is(HttpStatusCode.OK);

        Assert.All([nowhere, itself, circle], static answer => Assert.Equal((null, "parent_execution"), (answer["parent_execution"], answer.Header("Tasklight-Ignored"))));
        Assert.Equal((top, null), (given["parent_execution"], given.Header("Tasklight-Ignored")));
        Assert.Equal((top, "parent_execution"), (other["parent_execution"], other.Header("Tasklight-Ignored")));
    }

    [Fact]
    public async Task A_next_turn_cannot_put_a_task_below_its_own_sub_task()
    {
        var top = await server.NewTaskAsync();
        var child = await server.NewTaskAsync($$"""{"input": {}, "parent_execution_id": "{{top}}"}""");
        await server.SendAsync("DELETE", $"/agent-execution/{top}");

        var answer = (await server.PostAsync($"/agent-execution/{server.Agent}", $$"""{"id": "{{top}}", "input": {}, "parent_execution_id": "{{child}}"}""")).Is(HttpStatusCode.UnprocessableEntity);

        Assert.Contains("is below task", answer.Json["detail"]![0]!["msg"]!.ToString(), StringComparison.Ordinal);
    }
}
