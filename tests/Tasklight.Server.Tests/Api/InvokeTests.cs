using System.Net;

namespace Tasklight.Server.Tests.Api;

public sealed class InvokeTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Invoke_waits_for_the_end()
    {
        var id = Guid.NewGuid().ToString();
        var invoke = server.PostAsync($"/v1/agents/{server.Agent}/invoke", $$"""{"id": "{{id}}", "input": {"text": "wait"} }""");
        await AppearedAsync(id);
        await server.PatchAsync(id, """{"status": "executing"}""");
        await server.PatchAsync(id, """{"status": "failed", "result": "no"}""");

        var answer = (await invoke).Is(HttpStatusCode.OK);

        Assert.Equal((id, "failed", "no", "api"), (answer["id"], answer["status"], answer["result"], answer["source"]));
    }

    [Fact]
    public async Task Invoke_ends_at_a_pause_too()
    {
        var id = Guid.NewGuid().ToString();
        var invoke = server.PostAsync($"/v1/workflows/{server.Agent}/invoke", $$"""{"id": "{{id}}", "input": {"text": "wait"} }""");
        await AppearedAsync(id);
        await server.PostAsync("/hitl/request", $$"""{"task_id": "{{id}}", "wait_node_id": "node-7"}""");

        Assert.Equal("paused", (await invoke).Is(HttpStatusCode.OK)["status"]);
    }

    [Fact]
    public async Task Invoke_gives_up_after_20_minutes_and_the_task_goes_on()
    {
        var clock = new TestClock();
        await using var slow = await ApiServer.StartAsync(clock);
        var invoke = slow.PostAsync($"/v1/agents/{slow.Agent}/invoke", """{"id": "slow", "input": {"text": "wait"}}""");
        await AppearedAsync(slow, "slow");

        await clock.AdvanceUntilAsync(invoke, TimeSpan.FromMinutes(21));

        Assert.Equal(
            """{"detail":"Task 'slow' has not ended within 20 minutes; it goes on: follow it at /v1/tasks/slow.","code":"timed_out"}""",
            (await invoke).Is(HttpStatusCode.GatewayTimeout).Text);
        Assert.Equal("pending", (await slow.GetAsync("/v1/tasks/slow"))["status"]);
    }

    [Fact]
    public async Task Invoke_tells_its_caller_when_the_server_stops()
    {
        await using var stopping = await ApiServer.StartAsync(TimeProvider.System);
        var invoke = stopping.PostAsync($"/v1/agents/{stopping.Agent}/invoke", """{"id": "cut", "input": {"text": "wait"}}""");
        await AppearedAsync(stopping, "cut");

        await stopping.Server.App.StopAsync(TestContext.Current.CancellationToken);

        var answer = (await invoke).Is(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("1", answer.Header("Retry-After"));
        Assert.Contains("it goes on: follow it at /v1/tasks/cut", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_async_answers_at_once()
    {
        var task = (await server.PostAsync($"/v1/agents/{server.Agent}/invoke/async", """{"input": {"files": ["https://files.example.com/a.csv"]}}""")).Is(HttpStatusCode.OK);

        Assert.Equal(("pending", "api"), (task["status"], task["source"]));
    }

    [Fact]
    public async Task Invoke_stream_sends_events_until_the_end()
    {
        var id = Guid.NewGuid().ToString();
        var stream = server.PostAsync($"/v1/agents/{server.Agent}/invoke/stream", $$"""{"id": "{{id}}", "input": {"text": "stream"} }""");
        await AppearedAsync(id);
        await server.PatchAsync(id, """{"status": "completed", "result": "ok"}""");

        var answer = (await stream).Is(HttpStatusCode.OK);

        Assert.Equal("text/event-stream", answer.MediaType);
        Assert.Contains("\"type\":\"task_created\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"events_streaming\":true", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"task_finished\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_text_and_files_there_is_nothing_to_do()
    {
        var refused = (await server.PostAsync($"/v1/agents/{server.Agent}/invoke/async", """{"input": {}}""")).Is(HttpStatusCode.UnprocessableEntity);

        Assert.Equal("""["body","input","text"]""", refused.Json["detail"]![0]!["loc"]!.ToJsonString());
    }

    [Fact]
    public async Task A_version_must_exist()
    {
        var path = $"/v1/agents/{server.Agent}/invoke/async";

        Assert.Equal("draft", (await server.PostAsync(path + "?version=draft", """{"input": {"text": "x"}}""")).Is(HttpStatusCode.OK)["agent_version"]);
        Assert.Equal("1", (await server.PostAsync(path + "?version=1", """{"input": {"text": "x"}}""")).Is(HttpStatusCode.OK)["agent_version"]);
        Assert.Equal(
            $"There is no agent '{server.Agent}' with a version '9' in this organization.",
            (await server.PostAsync(path + "?version=9", """{"input": {"text": "x"}}""")).Is(HttpStatusCode.NotFound).Detail);
    }

    // The task is there as soon as the invoke has been read, which no answer tells.
    Task AppearedAsync(string id) => AppearedAsync(server, id);

    static Task AppearedAsync(ApiServer server, string id) =>
        Eventually.HoldsAsync(async () => (await server.GetAsync($"/v1/tasks/{id}")).Status == HttpStatusCode.OK, "the task is there");
}
