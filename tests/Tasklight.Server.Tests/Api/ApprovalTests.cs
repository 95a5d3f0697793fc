using System.Net;
using Tasklight.Protocol;

namespace Tasklight.Server.Tests.Api;

public sealed class ApprovalTests(ApiServer server) : IClassFixture<ApiServer>
{
    const string Action = """ "wait_node_id": "call-1", "title": "Refund?", "tool_name": "refund", "arguments": {"b": [1, 2.50], "a": "ü\n"}""";

    [Fact]
    public async Task A_request_shows_the_action_its_hash_and_its_rules()
    {
        var id = await server.NewTaskAsync();
        var asked = await AskAsync(id, """, "expires_in_seconds": 3600, "required": 2, "approvers": ["ann", "ben"], "allow_edit": true""");
        var request = asked.Json["hitl_request"]!;

        Assert.Equal("paused", asked["status"]);
        Assert.Equal(ActionHash.Of("refund", System.Text.Json.JsonElement.Parse("""{"a": "ü\n", "b": [1, 2.50]}""")), request["action_hash"]!.ToString());
        Assert.Equal(("refund", "2", "true"), (request["tool_name"]!.ToString(), request["required"]!.ToString(), request["allow_edit"]!.ToString()));
        Assert.Equal("""["ann","ben"]""", request["approvers"]!.ToJsonString());
        Assert.NotNull(request["expires_at"]);
        var why = (await server.GetAsync($"/v1/tasks/{id}/why")).Is(HttpStatusCode.OK);
        Assert.Equal("awaiting_approval", why["reason"]);
        Assert.Contains("2 people of ann, ben have to decide about 'Refund?' by ", why["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_of_a_task_names_the_sub_task_below_it_that_waits_for_a_person()
    {
        var top = await server.NewTaskAsync();
        var middle = await ChildAsync(top);
        var leaf = await ChildAsync(middle);
        foreach (var id in new[] { top, middle })
            await ApiServer.SendAsync(server.Server.Client, "PATCH", $"/agent-execution/{id}/update", """{"status": "executing"}"""u8.ToArray(), "application/json");
        var before = (await server.GetAsync($"/v1/tasks/{top}/why")).Is(HttpStatusCode.OK);
        await AskAsync(leaf);

        var why = (await server.GetAsync($"/v1/tasks/{top}/why")).Is(HttpStatusCode.OK);

        Assert.Equal(("executing", "executing", null), (before["reason"], why["reason"], before["unblocked_by"]));
        Assert.Contains($"Sub-task '{leaf}' is paused. A person with the right to approve has to decide about 'Refund?'", why["detail"], StringComparison.Ordinal);
        Assert.StartsWith($"POST /v1/tasks/{leaf}/approve", why["unblocked_by"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_is_a_step_of_the_session_and_the_task_is_queued_again()
    {
        var (approved, rejected) = (await server.NewTaskAsync(), await server.NewTaskAsync());
        var hash = (await AskAsync(approved)).Json["hitl_request"]!["action_hash"]!.ToString();
        await AskAsync(rejected);
        var other = (await server.PostAsync($"/v1/tasks/{approved}/approve", """{"action_hash": "0000"}""")).Is(HttpStatusCode.Conflict);

        var yes = (await server.PostAsync($"/v1/tasks/{approved}/approve", $$"""{"action_hash": "{{hash}}", "approved_by": "dana"}""")).Is(HttpStatusCode.OK);
        var no = (await server.PostAsync($"/hitl/{rejected}/reject", """{"reason": "too much"}""")).Is(HttpStatusCode.OK);

        Assert.Equal("approval_mismatch", other.Code);
        Assert.Equal(("pending", "pending"), (yes["status"], no["status"]));
        var step = (await server.GetAsync($"/v1/tasks/{approved}/session")).Json["steps"]![0]!;
        Assert.Equal(("approval", "approved", "dana", hash), (step["kind"]!.ToString(), step["data"]!["verdict"]!.ToString(), step["data"]!["by"]!.ToString(), step["data"]!["action_hash"]!.ToString()));
        var refusal = (await server.GetAsync($"/v1/tasks/{rejected}/session")).Json["steps"]![0]!;
        Assert.Equal(("rejected", "too much"), (refusal["data"]!["verdict"]!.ToString(), refusal["data"]!["reason"]!.ToString()));
    }

    [Fact]
    public async Task Only_the_keys_that_are_named_may_decide()
    {
        var id = await server.NewTaskAsync();
        await AskAsync(id, """, "approvers": ["the-boss"]""");
        var refused = (await server.PostAsync($"/v1/tasks/{id}/approve", """{"approved_by": "the-boss"}""")).Is(HttpStatusCode.Forbidden);
        var key = (await server.PostAsync("/v1/keys", """{"name": "the-boss", "scopes": ["approve"]}""")).Is(HttpStatusCode.Created)["key"]!;
        using var boss = server.Server.NewClient(key);

        Assert.Contains("the-boss", refused.Detail, StringComparison.Ordinal);
        (await ApiServer.SendAsync(boss, "POST", $"/v1/tasks/{id}/approve", null, null)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_waits_for_approval_is_listed_until_it_is_decided()
    {
        var agent = await server.NewAgentAsync("""{"name": "waits"}""");
        var id = (await server.PostAsync($"/agent-execution/{agent}", """{"input": {}}"""))["id"]!;
        await server.PostAsync($"/agent-execution/{agent}", """{"input": {}}""");
        await AskAsync(id);

        Assert.Equal([id], await WaitingAsync($"&agent_id={agent}"));
        Assert.Contains(id, await WaitingAsync("&status=paused&per_page=50"));
        await server.PostAsync($"/v1/tasks/{id}/approve", null);
        Assert.Empty(await WaitingAsync($"&agent_id={agent}"));
        (await server.GetAsync("/v1/tasks?waiting_for=godot")).Is(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("""{"task_id": "t", "wait_node_id": "w", "tool_name": "x"}""", "arguments")]
    [InlineData("""{"task_id": "t", "wait_node_id": "w", "arguments": {}}""", "tool_name")]
    [InlineData("""{"task_id": "t", "wait_node_id": "w", "tool_name": "x", "arguments": {}, "action_hash": "0"}""", "action_hash")]
    [InlineData("""{"task_id": "t", "wait_node_id": "w", "tool_name": "x", "arguments": {}, "required": 0}""", "required")]
    [InlineData("""{"task_id": "t", "wait_node_id": "w", "tool_name": "x", "arguments": {}, "required": 2, "approvers": ["a"]}""", "required")]
    [InlineData("""{"task_id": "t", "wait_node_id": "w", "expires_in_seconds": 0}""", "expires_in_seconds")]
    [InlineData("""{"task_id": "t", "wait_node_id": "w", "allow_edit": true}""", "allow_edit")]
    [InlineData("""{"task_id": "t", "wait_node_id": "w", "tool_name": "x", "arguments": {"to": "Dana", "to": "Mallory"}}""", "arguments")]
    [InlineData("""{"task_id": "t", "wait_node_id": "w", "tool_name": "x", "arguments": {"a": [{"to": "Dana", "to": "Mallory"}]}}""", "arguments")]
    public async Task What_is_wrong_with_a_request_is_named(string body, string field)
    {
        var answer = await server.PostAsync("/hitl/request", body);
        Assert.True(answer.Status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest, answer.Text);
        Assert.Equal(field, answer.Json["detail"]![0]!["loc"]![1]!.ToString());
    }

    [Fact]
    public async Task An_action_that_nobody_decides_on_in_time_goes_back_to_the_run()
    {
        var clock = new TestClock(DateTimeOffset.UtcNow);
        await using var own = await ApiServer.StartAsync(clock);
        var id = await own.NewTaskAsync();
        await own.PostAsync("/hitl/request", $$"""{"task_id": "{{id}}", {{Action}}, "expires_in_seconds": 60}""");
        clock.Advance(TimeSpan.FromSeconds(61));

        await Eventually.HoldsAsync(async () => (await own.GetAsync($"/v1/tasks/{id}"))["status"] == "pending", "the task is pending");
        Assert.Equal("expired", (await own.GetAsync($"/v1/tasks/{id}/session")).Json["steps"]![0]!["data"]!["verdict"]!.ToString());
    }

    async Task<ApiAnswer> AskAsync(string id, string more = "") => (await server.PostAsync("/hitl/request", $$"""{"task_id": "{{id}}", {{Action}}{{more}}}""")).Is(HttpStatusCode.OK);

    async Task<string> ChildAsync(string parent)
    {
        var agent = (await server.GetAsync($"/v1/tasks/{parent}"))["agent_id"];
        return (await server.PostAsync($"/agent-execution/{agent}", $$"""{"input": {}, "run_locally": true, "parent_execution_id": "{{parent}}"}""")).Is(HttpStatusCode.OK)["id"]!;
    }

    async Task<string[]> WaitingAsync(string more) =>
        [.. (await server.GetAsync("/v1/tasks?waiting_for=approval" + more)).Is(HttpStatusCode.OK).Json["items"]!.AsArray().Select(item => item!["id"]!.ToString())];
}
