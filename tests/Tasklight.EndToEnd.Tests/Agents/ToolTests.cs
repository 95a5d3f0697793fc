using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>A model calls tools: side by side, within limits, and with something to read whatever happens.</summary>
public sealed class ToolTests(SharedServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_of_one_answer_run_side_by_side_and_are_told()
    {
        var (left, right) = (new TaskCompletionSource(), new TaskCompletionSource());
        var tools = FunctionTools.Join(
            FunctionTools.Of("left", "Goes left.", () => MeetAsync(left, right)),
            FunctionTools.Of("right", "Goes right.", (int steps, AgentTask task) => MeetAsync(right, left, $"{steps} for {task.AgentId.Length > 0}")));
        var model = new ScriptedChatClient(
            new ScriptedTurn().Text("Going.").Call("left", id: "a").Call("right", """{"steps":2}""", "b"), new ScriptedTurn().Text("Both went."));
        await using var scene = await AgentScene.StartAsync(server, model, tools: tools);

        var task = await scene.CreateTaskAsync("Go");
        var events = await AgentScene.EventsAsync(task);

        Assert.Equal("Both went.", events[^1].AsTask()!.Result);
        Assert.Equal(["left", "right"], events[^1].AsTask()!.UsedTools);
        Assert.Equal("2 for True", model.Requests[1].Results["b"]);
        Assert.Equal(["a", "b"], events.Select(update => update.AsToolCallRequest()?.RequestId).OfType<string>().Order(StringComparer.Ordinal));
        Assert.Equal(["a", "b"], events.Select(update => update.AsToolCallResult()?.RequestId).OfType<string>().Order(StringComparer.Ordinal));
        var calls = (await task.GetActivityLogAsync(Ct)).Messages.OfType<AgentActivityThreadToolCall>().ToList();
        Assert.Equal(["left", "right"], calls.Select(call => call.ToolName).Order(StringComparer.Ordinal));
        Assert.Equal(["compact_session", "left", "read_tool_output", "right"], model.Requests[0].Tools.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_workers_tool_hooks_see_the_calls()
    {
        var seen = new List<string>();
        var tools = FunctionTools.Join(FunctionTools.Of("one", "One.", () => 1), FunctionTools.Of("bad", "Bad.", string () => throw new InvalidOperationException("No.")));
        var model = new ScriptedChatClient(new ScriptedTurn().Call("one", id: "1"), new ScriptedTurn().Call("bad", id: "2"), new ScriptedTurn().Text("Done."));
        await using var scene = await AgentScene.CreateAsync(server);
        scene.Work(model, tools, configure: worker => worker
            .OnToolBefore(call => seen.Add($"{call.Tool} begins"))
            .OnToolAfter(call => seen.Add($"{call.Tool} {call.Result}"))
            .OnToolError(call => seen.Add($"{call.Tool} {call.Error!.Message}")));

        await scene.RunAsync("Go");

        Assert.Equal(["one begins", "one 1", "bad begins", "bad 'bad' failed: No."], seen);
    }

    [Fact]
    public async Task Whatever_goes_wrong_with_a_call_is_read_by_the_model()
    {
        var tools = FunctionTools.Join(
            FunctionTools.Of("raises", "Raises.", string () => throw new InvalidOperationException("The bridge is closed.")),
            FunctionTools.Of("add", "Adds.", (int a, int b) => a + b),
            FunctionTools.Of(new Sleeper()));
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("raises", id: "1").Call("nobody", id: "2").Call("add", "{\"a\":1,", "3").Call("add", """{"a":"x","b":2}""", "4").Call("sleep", id: "5"),
            new ScriptedTurn().Text("Enough."));
        await using var scene = await AgentScene.StartAsync(server, model, tools: tools);

        var task = await scene.RunAsync("Try");

        Assert.Equal((AgentExecutionStatus.Completed, "Enough."), (task.Status, task.Result));
        var read = model.Requests[1].Results;
        Assert.Equal("Error: 'raises' failed: The bridge is closed.", read["1"]);
        Assert.Equal("Error: There is no tool 'nobody'. The tools are: add, compact_session, raises, read_tool_output, sleep.", read["2"]);
        Assert.StartsWith("Error: The arguments of 'add' are not a JSON object", (string)read["3"]!, StringComparison.Ordinal);
        Assert.Contains("/a", (string)read["4"]!, StringComparison.Ordinal);
        Assert.StartsWith("Error: 'sleep' gave no answer within 0.2 s", (string)read["5"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_that_are_not_made_are_told_with_the_reason_and_are_no_used_tools()
    {
        var tools = FunctionTools.Join(FunctionTools.Of("add", "Adds.", (int a, int b) => a + b), FunctionTools.Of("now", "Tells the time.", () => "noon"));
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("nobody", """{"x":1}""", "1").Call("add", "{\"a\":", "2").Call("now", id: "3"), new ScriptedTurn().Text("Noon."));
        await using var scene = await AgentScene.StartAsync(server, model, tools: tools);

        var task = await scene.CreateTaskAsync("Try");
        var events = await AgentScene.EventsAsync(task);

        Assert.Equal(["now"], events[^1].AsTask()!.UsedTools);
        var calls = (await task.GetActivityLogAsync(Ct)).Messages.OfType<AgentActivityThreadToolCall>().ToDictionary(call => call.Id, StringComparer.Ordinal);
        Assert.Equal(("nobody", true, """{"x":1}"""), (calls["1"].ToolName, calls["1"].IsError, calls["1"].Payload?.GetRawText()));
        Assert.StartsWith("There is no tool 'nobody'.", calls["1"].Result?.GetString(), StringComparison.Ordinal);
        Assert.Equal(("add", true), (calls["2"].ToolName, calls["2"].IsError));
        Assert.Equal(["3"], events.Select(update => update.AsToolCallRequest()?.RequestId).OfType<string>());
        Assert.Equal(("now", false), (calls["3"].ToolName, calls["3"].IsError));
    }

    [Fact]
    public async Task A_model_that_repeats_a_call_for_ever_is_told_and_then_fails()
    {
        var model = new ScriptedChatClient { Otherwise = _ => new ScriptedTurn().Call("look", id: "same") };
        await using var scene = await AgentScene.StartAsync(server, model, tools: FunctionTools.Of("look", "Looks.", () => "nothing"));

        var task = await scene.RunAsync("Look");

        Assert.Equal(AgentExecutionStatus.Failed, task.Status);
        Assert.Contains("look", task.Result, StringComparison.Ordinal);
        Assert.Contains("3 times in a row", model.Requests[3].LastText, StringComparison.Ordinal);
        Assert.Equal(9, model.Requests.Count);
    }

    [Fact]
    public async Task A_model_that_never_answers_fails_at_max_turns()
    {
        var turn = 0;
        var model = new ScriptedChatClient { Otherwise = _ => new ScriptedTurn().Call("look", $$"""{"at":{{turn++}}}""") };
        var agent = new JsonObject { ["llm_settings"] = new JsonObject { ["max_turns"] = 4 } };
        await using var scene = await AgentScene.StartAsync(server, model, agent, FunctionTools.Of("look", "Looks.", (int at) => at));

        var task = await scene.RunAsync("Look");

        Assert.Equal((AgentExecutionStatus.Failed, 4), (task.Status, model.Requests.Count));
        Assert.Contains("max_turns 4", task.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_output_is_parked_and_read_in_pieces()
    {
        var text = string.Concat(Enumerable.Range(0, 10_000).Select(n => $"line {n}\n"));
        var model = new ScriptedChatClient(new ScriptedTurn().Call("dump", id: "d"))
        {
            Otherwise = request => request.Results is var results && results.Count == 1
                ? new ScriptedTurn().Call("read_tool_output", $$"""{"id":{{IdIn((string)results["d"]!)}},"search":"line 9000"}""", "r")
                : new ScriptedTurn().Text("Found it."),
        };
        await using var scene = await AgentScene.StartAsync(server, model, tools: FunctionTools.Of("dump", "Dumps.", () => text));

        var task = await scene.RunAsync("Find line 9000");

        Assert.Equal("Found it.", task.Result);
        Assert.True(((string)model.Requests[1].Results["d"]!).Length < 3_000);
        Assert.Contains("line 9000\nline 9001", (string)model.Requests[2].Results["r"]!, StringComparison.Ordinal);
        Assert.Equal(["dump"], task.UsedTools);
    }

    [Fact]
    public async Task An_http_operation_is_called_with_its_secret_headers_and_the_tasks_extension()
    {
        await using var service = await StartServiceAsync();
        var model = new ScriptedChatClient(new ScriptedTurn().Call("find_order", """{"path_params":{"id":"7"},"query_params":{"fields":["a","b"]}}""", "o"), new ScriptedTurn().Text("Found."));
        var tool = new JsonObject
        {
            ["id"] = "op-7",
            ["name"] = "find_order",
            ["description"] = "Finds an order.",
            ["method"] = "GET",
            ["url"] = $"{service.Urls.First()}/orders/{{id}}",
            ["headers"] = new JsonObject { ["Authorization"] = "Bearer t0k3n" },
            ["parameters"] = JsonNode.Parse("""{"type":"object","properties":{"path_params":{"type":"object","properties":{"id":{"type":"string"}}},"query_params":{"type":"object","properties":{"fields":{"type":"array"},"tenant":{"type":"string"}},"required":["tenant"]}},"required":["path_params","query_params"]}"""),
        };
        await using var scene = await AgentScene.StartAsync(server, model, new JsonObject { ["tools"] = new JsonArray(tool) });

        var task = await scene.CreateTaskAsync("Find order 7", request => request.PayloadExtension = JsonElement.Parse("""{"query_params":{"tenant":"acme"}}"""));
        var events = await AgentScene.EventsAsync(task);

        Assert.Equal("Found.", events[^1].AsTask()!.Result);
        Assert.Equal("""{"path":"/orders/7?fields=a&fields=b&tenant=acme","auth":"Bearer t0k3n"}""", Regex.Unescape((string)model.Requests[1].Results["o"]!));
        Assert.Equal("op-7", events.Select(update => update.AsToolCallRequest()).OfType<ToolCallRequest>().Single().OperationId);
        Assert.DoesNotContain(await scene.Api.LogAsync(task.Id), update => update["type"]!.GetValue<string>() == "tool_call_request" && update.ToJsonString().Contains("t0k3n", StringComparison.Ordinal));
    }

    private static async Task<WebApplication> StartServiceAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapFallback((HttpContext context) => Results.Json(new { path = context.Request.Path + context.Request.QueryString, auth = context.Request.Headers.Authorization.ToString() }));
        await app.StartAsync(Ct);
        return app;
    }

    private static string IdIn(string shown)
    {
        var from = shown.IndexOf("under id ", StringComparison.Ordinal) + "under id ".Length;
        return shown[from..shown.IndexOf(':', from)];
    }

    private static async Task<string> MeetAsync(TaskCompletionSource mine, TaskCompletionSource other, string said = "met")
    {
        mine.SetResult();
        await other.Task.InTime();
        return said;
    }

    private sealed class Sleeper
    {
        [Tool("Sleeps.", TimeoutSeconds = 0.2)]
        internal static async Task<string> SleepAsync(CancellationToken ct)
        {
            await Until.CancelledAsync(ct);
            return "";
        }
    }
}
