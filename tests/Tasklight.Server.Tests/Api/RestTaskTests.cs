using System.Net;

namespace Tasklight.Server.Tests.Api;

public sealed class RestTaskTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Stop_ends_the_task_and_its_children()
    {
        var parent = await server.NewTaskAsync();
        var child = await server.NewTaskAsync($$"""{"input": {}, "parent_execution_id": "{{parent}}"}""");

        var stopped = (await server.PostAsync($"/v1/tasks/{parent}/stop", null)).Is(HttpStatusCode.OK);

        Assert.Equal(("stopped", "true"), (stopped["status"], stopped["is_manually_stopped"]));
        Assert.Equal("stopped", (await server.GetAsync($"/v1/tasks/{child}"))["status"]);
    }

    [Fact]
    public async Task Delete_removes_the_task_its_log_and_its_children()
    {
        var parent = await server.NewTaskAsync();
        var child = await server.NewTaskAsync($$"""{"input": {}, "parent_execution_id": "{{parent}}"}""");

        var deleted = (await server.SendAsync("DELETE", $"/v1/tasks/{parent}")).Is(HttpStatusCode.NoContent);

        Assert.Equal("", deleted.Text);
        (await server.GetAsync($"/v1/tasks/{parent}")).Is(HttpStatusCode.NotFound);
        (await server.GetAsync($"/v1/tasks/{child}")).Is(HttpStatusCode.NotFound);
        (await server.GetAsync($"/v1/tasks/{parent}/events?limit=5")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Retry_begins_a_turn_with_the_same_input_and_not_while_one_is_open()
    {
        var id = await server.NewTaskAsync("""{"input": {"text": "the same"}, "title": "T"}""");
        var tooEarly = (await server.PostAsync($"/v1/tasks/{id}/retry", null)).Is(HttpStatusCode.Conflict);
        await server.PatchAsync(id, """{"status": "error", "result": "boom"}""");

        var again = (await server.PostAsync($"/v1/tasks/{id}/retry", null)).Is(HttpStatusCode.OK);

        Assert.Equal("turn_open", tooEarly.Code);
        Assert.Equal(("pending", null, "the same", "T"), (again["status"], again["result"], again.Json["input"]!["text"]!.ToString(), again["title"]));
    }

    [Fact]
    public async Task An_approval_queues_the_task_again_and_a_rejection_stops_it()
    {
        var approved = await server.NewTaskAsync();
        var rejected = await server.NewTaskAsync();
        var paused = (await server.PostAsync("/hitl/request", $$"""{"task_id": "{{approved}}", "wait_node_id": "n", "title": "Send it?"}""")).Is(HttpStatusCode.OK);
        await server.PostAsync("/hitl/request", $$"""{"task_id": "{{rejected}}", "wait_node_id": "n"}""");

        var yes = (await server.PostAsync($"/v1/tasks/{approved}/approve", """{"comment": "fine"}""")).Is(HttpStatusCode.OK);
        var no = (await server.PostAsync($"/hitl/{rejected}/reject", """{"rejected_by": "dana", "reason": "no"}""")).Is(HttpStatusCode.OK);
        var nothing = (await server.PostAsync($"/hitl/{approved}/approve", null)).Is(HttpStatusCode.Conflict);

        Assert.Equal(("paused", "n", "Send it?"), (paused["status"], paused.Json["hitl_request"]!["wait_node_id"]!.ToString(), paused.Json["hitl_request"]!["title"]!.ToString()));
        Assert.Equal(("pending", null), (yes["status"], yes["hitl_request"]));
        Assert.Equal(("stopped", null), (no["status"], no["hitl_request"]));
        Assert.NotNull(nothing.Detail);
    }

    [Fact]
    public async Task A_report_makes_a_task_that_has_ended_and_the_same_id_updates_it()
    {
        var id = "ext-" + Guid.NewGuid();
        var path = $"/agent-execution/{server.Agent}/report_task";
        var first = (await server.PostAsync(path, $$"""{"id": "{{id}}", "input": "Nightly import", "llm_response": {"a": 1}, "is_success": false, "result": "0 rows", "duration": 1.8, "used_tools": ["csv"]}""")).Is(HttpStatusCode.OK);
        var second = (await server.PostAsync(path, $$"""{"id": "{{id}}", "is_success": true, "result": "500 rows"}""")).Is(HttpStatusCode.OK);
        var foreign = (await server.PostAsync(path, $$"""{"id": "{{await server.NewTaskAsync()}}", "result": "x"}""")).Is(HttpStatusCode.Conflict);

        Assert.Equal((id, "failed", "0 rows", "sdk", "Nightly import"), (first["id"], first["status"], first["result"], first["source"], first.Json["input"]!["text"]!.ToString()));
        Assert.NotNull(first["finished_at"]);
        Assert.Equal(("completed", "500 rows"), (second["status"], second["result"]));
        Assert.Equal("id_taken", foreign.Code);
    }
}
