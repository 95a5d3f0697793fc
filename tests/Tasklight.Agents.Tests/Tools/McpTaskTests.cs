using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tasklight.Agents.Tools;
using Tasklight.Agents.Tools.Mcp;
using Tasklight.Protocol;
using Tasklight.Server.Tests;

namespace Tasklight.Agents.Tests.Tools;

/// <summary>Tools that an MCP server runs as tasks only (2025-11-25). The server's package knows none, so the double answers in their words.</summary>
public sealed class McpTaskTests : IAsyncDisposable
{
    private const string Working = """{"taskId":"t1","status":"working","pollInterval":1,"ttl":null}""";
    private const string Completed = """{"taskId":"t1","status":"completed","ttl":null}""";
    private const string Text = """{"content":[{"type":"text","text":"Tea is fine."}]}""";

    private readonly List<string> _asked = [];
    private readonly Dictionary<string, Queue<string>> _answers = new(StringComparer.Ordinal);
    private McpTools _source = new(ToolScene.Open, TimeProvider.System);
    private McpDouble? _server;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_task_is_begun_looked_after_and_its_result_fetched()
    {
        Answer("tasks/get", Working, Working, Completed);
        Answer("tasks/result", Text);

        var outcome = await CallAsync();

        Assert.Equal(("Tea is fine.", false), (outcome.Result.GetString(), outcome.IsError));
        Assert.Equal(["tools/call research 86400000", "tasks/get t1", "tasks/get t1", "tasks/get t1", "tasks/result t1"], Asked());
    }

    [Fact]
    public async Task A_task_that_failed_tells_the_model_why()
    {
        Answer("tasks/get", """{"taskId":"t1","status":"failed","statusMessage":"The library burnt down."}""");
        Answer("tasks/result", "!The books are gone.");

        var outcome = await CallAsync();

        Assert.Equal(("MCP server 'library' failed the call, which it had begun: Request failed (remote): The books are gone. It says: The library burnt down.", true), (outcome.Result.GetString(), outcome.IsError));
    }

    [Theory]
    [InlineData("cancelled", "MCP server 'library' cancelled the call. It says: Closed.", 2)]
    [InlineData("input_required", "MCP server 'library' wants to ask something in the middle of the call, which cannot be answered here, so the call was cancelled. It says: Closed.", 3)]
    public async Task A_task_that_comes_to_no_result_is_an_error_in_words(string status, string words, int requests)
    {
        Answer("tasks/get", $$"""{"taskId":"t1","status":"{{status}}","statusMessage":"Closed."}""");
        Answer("tasks/cancel", Completed);

        var outcome = await CallAsync();

        Assert.Equal((words, true, requests), (outcome.Result.GetString(), outcome.IsError, Asked().Length));
    }

    [Fact]
    public async Task A_server_that_answers_nothing_in_between_is_asked_again_and_the_task_begun_once()
    {
        Answer("tasks/get", "?", "?", Completed);
        Answer("tasks/result", Text);

        Assert.Equal("Tea is fine.", (await CallAsync()).Result.GetString());
        Assert.Equal(["tools/call", "tasks/get", "tasks/get", "tasks/get", "tasks/result"], Asked().Select(asked => asked.Split(' ')[0]));
    }

    [Fact]
    public async Task A_server_that_never_answers_again_costs_the_call_and_it_is_not_made_twice()
    {
        Answer("tasks/get", "?", "?", "?");

        var outcome = await CallAsync();

        Assert.StartsWith("MCP server 'library' began the call and does not tell what became of it; it may have taken effect all the same.", outcome.Result.GetString(), StringComparison.Ordinal);
        Assert.Single(Asked(), asked => asked.StartsWith("tools/call", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_is_stopped_has_its_task_cancelled_before_the_run_lets_the_server_go(bool isBetweenTwoLooks)
    {
        // On a clock that stands still the cancelling has all the time that a slow machine needs.
        var (looked, clock) = (Until.Signal(), new TestClock());
        _source = new(ToolScene.Open, clock);
        var tool = await OpenAsync(method =>
        {
            if (method == "tasks/get")
                looked.TrySetResult();
        });
        Answer("tasks/get", [.. Enumerable.Repeat(Working, 1_000)]);
        Answer("tasks/cancel", Completed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var call = tool.InvokeAsync(new ToolInvocation("c", JsonElement.Parse("{}"), new ToolScene().Task), stop.Token).AsTask();
        await clock.AdvanceUntilAsync(looked.Task, TimeSpan.FromSeconds(1));
        if (isBetweenTwoLooks)
            await Eventually.HoldsAsync(() => clock.Alarms == 1, "the call waits to look again");

        await stop.CancelAsync();
        await _source.DisposeAsync();
        _source = new(ToolScene.Open, TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Contains("tasks/cancel t1", Asked());
    }

    [Fact]
    public async Task A_server_that_gives_the_result_at_once_is_understood()
    {
        var tool = await OpenAsync();
        Answer("tools/call", Text);

        Assert.Equal("Tea is fine.", (await tool.InvokeAsync(new ToolInvocation("c", JsonElement.Parse("{}"), new ToolScene().Task), Ct)).Result.GetString());
    }

    private async Task<ToolOutcome> CallAsync()
    {
        var tool = await OpenAsync();
        return await tool.InvokeAsync(new ToolInvocation("c", JsonElement.Parse("{}"), new ToolScene().Task), Ct);
    }

    private string[] Asked()
    {
        lock (_asked)
            return [.. _asked];
    }

    // Answers of a method, in order: "!" in front is an error of the protocol, "?" is none.
    private void Answer(string method, params string[] answers) => _answers[method] = new(answers);

    private async Task<RuntimeTool> OpenAsync(Action<string>? heard = null)
    {
        _server = await McpDouble.StartAsync(McpDouble.Tool("plain", () => "plain"));
        _server.Before = context => AnswerAsync(context, heard ?? (static _ => { }));
        var tools = await new ToolScene().With(new MCPServerDetails { Name = "library", Url = _server.Address }).OpenAsync(_source);
        return Assert.Single(tools, tool => tool.Name == "research");
    }

    private async Task<bool> AnswerAsync(HttpContext context, Action<string> heard)
    {
        if (context.Request.Method != "POST")
            return false;

        context.Request.EnableBuffering();
        var asked = (await JsonSerializer.DeserializeAsync<JsonObject>(context.Request.Body, cancellationToken: Ct))!;
        context.Request.Body.Position = 0;
        var method = asked["method"]!.GetValue<string>();
        if (AnswerOf(method) is not { } answer)
            return false;

        if (method != "tools/list")
        {
            lock (_asked)
                _asked.Add($"{method} {asked["params"]!["taskId"] ?? $"{asked["params"]!["name"]} {asked["params"]!["task"]!["ttl"]}"}");
        }

        heard(method);
        if (answer == "?")
        {
            context.Abort();
            return true;
        }

        var written = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = asked["id"]!.DeepClone() };
        if (answer[0] == '!')
            written["error"] = new JsonObject { ["code"] = -32_603, ["message"] = answer[1..] };
        else
            written["result"] = JsonNode.Parse(answer);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(written.ToJsonString(), Ct);
        return true;
    }

    private string? AnswerOf(string method)
    {
        if (_answers.TryGetValue(method, out var answers))
            return answers.Dequeue();

        return method switch
        {
            "tools/list" => """{"tools":[{"name":"research","inputSchema":{"type":"object"},"execution":{"taskSupport":"required"}},{"name":"plain","inputSchema":{"type":"object"}}]}""",
            "tools/call" => $$"""{"task":{{Working}}}""",
            _ => null,
        };
    }
}
