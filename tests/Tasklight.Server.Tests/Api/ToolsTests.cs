using System.Net;
using System.Text;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Api;

/// <summary>The tool-invocation route: plan tools, and HTTP operations of agents.</summary>
public sealed class ToolsTests : IAsyncLifetime
{
    RunningServer _server = null!;
    EchoServer _echo = null!;
    string _agent = "", _task = "";

    public async ValueTask InitializeAsync()
    {
        _echo = await EchoServer.StartAsync();
        _server = await RunningServer.StartAsync(more: ["--fetch-allow", "127.0.0.1"]);
        _agent = (await SendAsync("POST", "/v1/agents", $$$"""
            {"name": "Clerk", "deep_planning": true, "approvals": [{"tool": "Refund_*"}, {"tool": "PAY OUT"}], "tools": [
              {"id": "find", "name": "find_order", "method": "GET", "path": "/o", "url": "{{{_echo.Url}}}/orders/{id}?v=1", "headers": {"Authorization": "Bearer s3cret"}},
              {"id": "change", "name": "change_order", "method": "POST", "path": "/o", "url": "{{{_echo.Url}}}/orders"},
              {"id": "broken", "name": "broken", "method": "GET", "path": "/o", "url": "{{{_echo.Url}}}/broken"},
              {"id": "moved", "name": "moved", "method": "GET", "path": "/o", "url": "{{{_echo.Url}}}/elsewhere", "headers": {"x-key": "s3cret"}},
              {"id": "text", "name": "text", "method": "GET", "path": "/o", "url": "{{{_echo.Url}}}/text"},
              {"id": "inside", "name": "inside", "method": "GET", "path": "/o", "url": "http://169.254.169.254/meta"},
              {"id": "r1", "name": "refund_order", "method": "POST", "path": "/o", "url": "{{{_echo.Url}}}/refund"},
              {"id": "r2", "name": "Pay out", "method": "POST", "path": "/o", "url": "{{{_echo.Url}}}/pay"},
              {"id": "own", "name": "own", "method": "POST", "path": "/own"}]}
            """)).Is(HttpStatusCode.Created)["id"]!;
        _task = (await SendAsync("POST", $"/agent-execution/{_agent}", """{"input": {}}""")).Is(HttpStatusCode.OK)["id"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _echo.DisposeAsync();
    }

    [Fact]
    public async Task A_plan_is_made_changed_and_worked_off_and_each_change_is_told()
    {
        var created = (await CallAsync("xpcreate_agent_plan", """{"body_params": {"tasks": [{"title": "one"}, {"title": "two"}]}}""")).Is(HttpStatusCode.OK);
        var ids = created.Json["tasks"]!.AsArray().Select(item => item!["id"]!.ToString()).ToArray();
        await CallAsync("xpstart-execution-plan", """{"body_params": {}}""");
        await CallAsync("xpadd_new_agent_plan_item", """{"body_params": {"title": "three", "completed": true}}""");
        await CallAsync("xpupdate_agent_plan_item", $$$"""{"body_params": {"id": "{{{ids[0]}}}", "title": "uno"}}""");
        await CallAsync("xpcomplete_agent_plan_items", $$$"""{"body_params": {"ids": ["{{{ids[0]}}}"]}}""");
        await CallAsync("xpdelete_agent_plan_item", $$$"""{"body_params": {"id": "{{{ids[1]}}}"}}""");
        await CallAsync("xpask_for_information", """{"body_params": {"question": "Which colour?"}}""");

        var plan = (await CallAsync("xpget_agent_plan", null)).Is(HttpStatusCode.OK);
        Assert.Equal(["uno True", "three True"], plan.Json["tasks"]!.AsArray().Select(item => $"{item!["title"]} {(bool)item["completed"]!}"));
        Assert.Equal(("true", "true", "true"), (plan["enabled"], plan["started"], plan["question_raised"]));
        var task = await SendAsync("GET", $"/v1/tasks/{_task}");
        Assert.Equal(("Which colour?", plan.Text), (task["result"], task.Json["deep_planning"]!.ToJsonString()));
        var types = await TypesAsync();
        Assert.Equal((7, 0), (types.Count(type => type == "plan_updated"), types.Count(type => type.StartsWith("tool", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("xpcreate_agent_plan", """{"body_params": {"tasks": []}}""", "tasks")]
    [InlineData("xpcreate_agent_plan", """{"body_params": {"tasks": ["a string"]}}""", "object with a title")]
    [InlineData("xpadd_new_agent_plan_item", """{"body_params": {}}""", "text that is not empty")]
    [InlineData("xpadd_new_agent_plan_item", """{"body_params": {"title": "a", "completed": "yes"}}""", "true or false")]
    [InlineData("xpupdate_agent_plan_item", """{"body_params": {"id": "a", "title": ""}}""", "text that is not empty")]
    [InlineData("xpupdate_agent_plan_item", """{"body_params": {"id": "a", "completed": 1}}""", "true or false")]
    [InlineData("xpcomplete_agent_plan_items", """{"body_params": {"ids": ["nope"]}}""", "no item with the id nope")]
    [InlineData("xpstart_execution_plan", "{}", "no items")]
    public async Task A_call_that_makes_no_sense_is_told_so_that_a_model_can_mend_it(string tool, string payload, string words) =>
        Assert.Contains(words, (await CallAsync(tool, payload)).Is(HttpStatusCode.UnprocessableEntity).Text, StringComparison.Ordinal);

    [Fact]
    public async Task A_plan_has_an_end()
    {
        var items = string.Join(", ", Enumerable.Repeat("""{"title": "x"}""", 200));
        (await CallAsync("xpcreate_agent_plan", $$$"""{"body_params": {"tasks": [{{{items}}}]}}""")).Is(HttpStatusCode.OK);

        var more = (await CallAsync("xpadd_new_agent_plan_item", """{"body_params": {"title": "x"}}""")).Is(HttpStatusCode.UnprocessableEntity);
        var longer = (await CallAsync("xpcreate_agent_plan", $$$"""{"body_params": {"tasks": [{"title": "{{{new string('x', 2_001)}}}"}]}}""")).Is(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(("A plan has at most 200 items.", "The title of an item has at most 2000 characters."), (more.Detail, longer.Detail));
    }

    [Fact]
    public async Task A_plan_tool_needs_its_task_and_that_it_has_not_ended()
    {
        (await SendAsync("POST", $"/agents/{_agent}/operations/xpget_agent_plan", "{}")).Is(HttpStatusCode.UnprocessableEntity);
        (await SendAsync("POST", $"/agents/{_agent}/operations/xpget_agent_plan", "{}", ("x-execution-id", "unknown"))).Is(HttpStatusCode.NotFound);
        await SendAsync("POST", $"/v1/tasks/{_task}/stop");
        (await CallAsync("xpadd_new_agent_plan_item", """{"body_params": {"title": "x"}}""")).Is(HttpStatusCode.Conflict);
        (await CallAsync("change", """{"body_params": {}}""")).Is(HttpStatusCode.Conflict);
        Assert.Equal(0, _echo.Calls);
    }

    [Fact]
    public async Task An_agent_that_plans_shows_the_plan_tools_to_clients_and_not_in_its_definition()
    {
        Assert.Equal(17, (await SendAsync("GET", $"/agents/{_agent}")).Json["tools"]!.AsArray().Count);
        Assert.Equal(9, (await SendAsync("GET", $"/v1/agents/{_agent}")).Json["tools"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_operation_gets_each_part_of_the_payload_in_its_place_and_the_secret_header()
    {
        var found = (await CallAsync("find", """
            {"path_params": {"id": "a/b c"}, "query_params": {"q": "ä&", "tag": ["x", 1], "none": null}, "headers": {"X-Tenant": "t1", "authorization": "mine", "Host": "evil"}, "body_params": {"ignored": 1}}
            """)).Is(HttpStatusCode.OK);
        Assert.Equal("/orders/a%2Fb%20c?v=1&q=%C3%A4%26&tag=x&tag=1", found["path"]);
        Assert.Equal(("GET", "Bearer s3cret", "t1", ""), (found["method"], found["authorization"], found["tenant"], found["body"]));
        Assert.StartsWith("127.0.0.1", found["host"], StringComparison.Ordinal);

        var changed = (await CallAsync("change", """{"body_params": {"n": [1, {"x": null}]}}""")).Is(HttpStatusCode.OK);
        Assert.Equal(("POST", """{"n": [1, {"x": null}]}"""), (changed["method"], changed["body"]));
        Assert.Equal("\"just words\"", (await CallAsync("text", null)).Is(HttpStatusCode.OK).Text);
        Assert.Equal(["task_created", "tool_call_request", "tool_call_result", "tool_call_request", "tool_call_result", "tool_call_request", "tool_call_result"], await TypesAsync());
        var thread = await SendAsync("GET", $"/activity/{_agent}/{_task}");
        Assert.DoesNotContain("s3cret", thread.Json["messages"]![1]!["payload"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("find_order", thread.Json["messages"]![1]!["tool_name"]!.ToString());
    }

    [Fact]
    public async Task An_older_version_gets_round_no_approval_that_came_later()
    {
        (await SendAsync("PATCH", $"/v1/agents/{_agent}", """{"approvals": [{"tool": "change_order"}]}""")).Is(HttpStatusCode.OK);
        (await SendAsync("PUT", $"/v1/agents/{_agent}")).Is(HttpStatusCode.OK);

        Assert.Equal("approval_mismatch", (await SendAsync("POST", $"/agents/{_agent}/operations/change", "{}", ("x-agent-version", "1"))).Is(HttpStatusCode.Conflict).Code);
        Assert.Equal(0, _echo.Calls);
    }

    [Fact]
    public async Task A_payload_without_places_goes_where_the_operation_wants_it()
    {
        var found = (await CallAsync("find", """{"id": 7, "q": "ä"}""")).Is(HttpStatusCode.OK);
        var changed = (await CallAsync("change", """{"n": 1, "to": null}""")).Is(HttpStatusCode.OK);
        Assert.Equal(("/orders/7?v=1&q=%C3%A4", """{"n":1,"to":null}"""), (found["path"], changed["body"]));
    }

    [Fact]
    public async Task An_operation_is_shown_and_called_by_the_ids_of_its_agent_and_its_own()
    {
        var shown = (await SendAsync("GET", $"/tools/{_agent}_change")).Is(HttpStatusCode.OK);
        var called = (await SendAsync("POST", $"/tools/{_agent}_change", """{"body_params": {"n": 1}}""")).Is(HttpStatusCode.OK);

        Assert.Equal("""{"id":"change","name":"change_order"}""", shown.Text);
        Assert.Equal("""{"n": 1}""", called["body"]);
        (await SendAsync("POST", $"/tools/{_agent}_r1", "{}")).Is(HttpStatusCode.Conflict);
        (await SendAsync("GET", $"/tools/{_agent}_nothing")).Is(HttpStatusCode.NotFound);
        (await SendAsync("POST", "/tools/nobody_change", "{}")).Is(HttpStatusCode.NotFound);
        (await SendAsync("GET", "/tools/change")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_the_task_adds_to_payloads_is_merged_over_what_the_client_sends()
    {
        await SendAsync("PATCH", $"/agent-execution/{_task}/update", """{"payload_extension": {"body_params": {"tenant": "acme"}, "query_params": {"v": 3}}}""");
        var changed = (await CallAsync("change", """{"body_params": {"n": 1, "tenant": "other"}}""")).Is(HttpStatusCode.OK);
        Assert.Equal(("/orders?v=3", """{"n":1,"tenant":"acme"}"""), (changed["path"], changed["body"]));
        Assert.Equal("""{"tenant":"acme"}""", (await CallAsync("change", null)).Is(HttpStatusCode.OK)["body"]);
    }

    [Theory]
    [InlineData("stop", "stopped")]
    [InlineData("pause", "paused")]
    public async Task Calls_of_clients_count_and_the_one_too_many_is_not_made(string action, string status)
    {
        _task = (await SendAsync("POST", $"/agent-execution/{_agent}", $$$"""{"input": {}, "budget": {"max_tool_calls": 2, "action": "{{{action}}}"}}""")).Is(HttpStatusCode.OK)["id"]!;
        (await CallAsync("text", null)).Is(HttpStatusCode.OK);
        // One that ran in the worker, and is told afterwards.
        (await SendAsync("POST", $"/agents/{_agent}/operations/own", """{"body_params": {"input": 1, "output": 2}}""", ("x-execution-id", _task), ("x-preflight-check", "true"))).Is(HttpStatusCode.OK);
        await CallAsync("xpget_agent_plan", null);

        var refused = (await CallAsync("text", null)).Is(HttpStatusCode.Conflict);
        (await CallAsync("text", null)).Is(HttpStatusCode.Conflict);

        Assert.Equal(("budget_reached", 1), (refused.Code, _echo.Calls));
        var task = await SendAsync("GET", $"/v1/tasks/{_task}");
        Assert.Equal((status, "max_tool_calls", 3), (task["status"], task.Json["usage"]!["reached"]!.ToString(), (int)task.Json["usage"]!["tool_calls"]!));
        var last = (await SendAsync("GET", $"/activity/{_agent}/{_task}")).Json["messages"]!.AsArray()[^1]!;
        Assert.True((bool)last["is_error"]!);
        Assert.Contains("budget", last["result"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_wrong_outside_is_a_502_that_says_what_and_an_error_in_the_log()
    {
        Assert.Contains("404 Not Found: no such order", (await CallAsync("broken", null)).Is(HttpStatusCode.BadGateway).Detail, StringComparison.Ordinal);
        Assert.Contains("302 Found: the operation has moved", (await CallAsync("moved", null)).Is(HttpStatusCode.BadGateway).Detail, StringComparison.Ordinal);
        Assert.Contains("private or local address", (await CallAsync("inside", null)).Is(HttpStatusCode.BadGateway).Detail, StringComparison.Ordinal);
        Assert.Equal("tool_failed", (await CallAsync("broken", null)).Code);
        var thread = await SendAsync("GET", $"/activity/{_agent}/{_task}");
        Assert.All(thread.Json["messages"]!.AsArray().Skip(1), entry => Assert.True((bool)entry!["is_error"]!));
    }

    [Theory]
    [InlineData("find", """{"path_params": {}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("find", """{"path_params": {"id": ".."}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("find", """{"path_params": {"id": null}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("find", """{"path_params": {"id": "1"}, "headers": {"a b": "c"}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("find", """{"path_params": {"id": "1"}, "headers": {"x-a": "c\r\nx-b: d"}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("r1", """{"body_params": {}}""", HttpStatusCode.Conflict)]
    [InlineData("change", "[1]", HttpStatusCode.UnprocessableEntity)]
    [InlineData("change", "\"text\"", HttpStatusCode.UnprocessableEntity)]
    [InlineData("refund_order", """{"body_params": {}}""", HttpStatusCode.Conflict)]
    [InlineData("r2", """{"body_params": {}}""", HttpStatusCode.Conflict)]
    [InlineData("own", """{"body_params": {}}""", HttpStatusCode.NotImplemented)]
    [InlineData("nothing", """{"body_params": {}}""", HttpStatusCode.NotFound)]
    public async Task What_cannot_be_called_is_refused_before_anybody_is_asked(string tool, string payload, HttpStatusCode status)
    {
        (await CallAsync(tool, payload)).Is(status);
        Assert.Equal(0, _echo.Calls);
        Assert.Equal(["task_created"], await TypesAsync());
    }

    Task<ApiAnswer> CallAsync(string tool, string? payload) => SendAsync("POST", $"/agents/{_agent}/operations/{tool}", payload, ("x-execution-id", _task));

    async Task<string[]> TypesAsync() =>
        [.. (await SendAsync("GET", $"/v1/tasks/{_task}/events?limit=100", null, ("Accept", "application/json"))).Is(HttpStatusCode.OK).Json["items"]!.AsArray()
            .Select(told => told!["type"]!.ToString()).Where(type => type != "task_updated")];

    Task<ApiAnswer> SendAsync(string method, string path, string? body = null, params (string, string)[] headers) =>
        ApiServer.SendAsync(_server.Client, method, path, body is null ? null : Encoding.UTF8.GetBytes(body), "application/json", headers);
}
