using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class SessionTests(SdkMode mode)
{
    [Fact]
    public async Task A_session_is_read_page_by_page()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Path.EndsWith("/session", StringComparison.Ordinal)
            ? call.Query.Contains("after=2", StringComparison.Ordinal)
                ? """{"steps":[{"number":3,"kind":"note","data":"c","created_at":"2026-01-01T00:00:00Z"}],"last":3,"usage":{"prompt_tokens":7,"tree":{"prompt_tokens":9}}}"""
                : """{"steps":[{"number":1,"kind":"turn","data":{"text":"a"}},{"number":2,"kind":"model","data":"b"}],"last":3,"usage":{},"next":2}"""
            : StubTask.Json()));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        var session = await mode.GetSessionAsync(task, all: true);

        Assert.Equal(["1 turn", "2 model", "3 note"], session.Steps.Select(step => $"{step.Number} {step.Kind}"));
        Assert.Equal((3, 7, 9, null), (session.Last, session.Usage.PromptTokens, session.Usage.Tree.PromptTokens, session.Next));
        Assert.Equal(("/v1/tasks/task-1/session", "?all=true"), await PathAsync(server));
        Assert.Equal(("/v1/tasks/task-1/session", "?after=2"), await PathAsync(server));
    }

    [Fact]
    public async Task Steps_are_sent_with_their_usage_and_what_cannot_be_stored_is_mended()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Method == "POST" ? """{"last":2,"usage":{"tool_calls":1}}""" : StubTask.Json()));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        var saved = await mode.AppendSessionAsync(
            task,
            [new SessionStep { Number = 2, Kind = SessionStepKinds.ToolResult, Data = JsonElement.Parse("""{"result":"a\u0000b"}""") }],
            new SessionUsage { Model = "openai/gpt-5", ToolCalls = 1 });

        Assert.Equal((2, 1), (saved.Last, saved.Usage.ToolCalls));
        var call = await server.NextAsync(call => call.Method == "POST");
        Assert.Equal("/v1/tasks/task-1/session", call.Path);
        Assert.Equal("a\uFFFDb", call.Json.GetProperty("steps")[0].GetProperty("data").GetProperty("result").GetString());
        Assert.Equal(["number", "kind", "data"], call.Json.GetProperty("steps")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal("openai/gpt-5", call.Json.GetProperty("usage").GetProperty("model").GetString());
    }

    [Fact]
    public async Task A_reached_budget_is_a_conflict_with_its_code()
    {
        await using var server = await StubServer.StartAsync(call => call.Method == "POST"
            ? new StubAnswer(409, """{"detail":"max_tokens is reached","code":"budget_reached"}""")
            : StubAnswer.Ok(StubTask.Json()));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        var refused = await Assert.ThrowsAsync<TaskConflictException>(() => mode.AppendSessionAsync(task, [new SessionStep { Number = 1, Kind = "note" }]));

        Assert.Equal(ErrorCodes.BudgetReached, refused.Code);
    }

    private static async Task<(string Path, string Query)> PathAsync(StubServer server)
    {
        var call = await server.NextAsync(call => call.Path.EndsWith("/session", StringComparison.Ordinal));
        return (call.Path, call.Query);
    }
}
