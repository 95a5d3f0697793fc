using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class TaskReportTests(SdkMode mode)
{
    [Fact]
    public async Task The_activity_log_tells_its_entries_by_their_shape()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Path.StartsWith("/activity", StringComparison.Ordinal)
            ? """
              {"id":"task-1","created_at":"2026-01-01T00:00:00Z","messages":[
                {"id":"1","created_at":"2026-01-01T00:00:00Z","role":"user","content":{"text":"hi"}},
                {"id":"2","created_at":"2026-01-01T00:00:00Z","tool_name":"clock","payload":null,"result":"noon"}]}
              """
            : StubTask.Json()));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        var log = await mode.GetActivityLogAsync(task);

        Assert.Equal(
            ["hi", "clock"],
            log.Messages.Select(entry => entry is AgentActivityThreadMessage message ? message.Content.Text : (entry as AgentActivityThreadToolCall)?.ToolName));
        Assert.Equal("/activity/agent-1/task-1", (await server.NextAsync(call => call.Path.StartsWith("/activity", StringComparison.Ordinal))).Path);
    }

    [Fact]
    public async Task Metrics_carry_tokens_tools_and_result_and_need_tokens()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(task => (task.Result, task.UsedTools) = ("done", ["clock"]))));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        Assert.Contains("Tokens", (await Assert.ThrowsAsync<InvalidOperationException>(() => mode.ReportMetricsAsync(task))).Message, StringComparison.Ordinal);
        task.Tokens = new() { PromptTokens = 2, CompletionTokens = 3 };
        await mode.ReportMetricsAsync(task);

        var call = await server.NextAsync(call => call.Method == "POST");
        Assert.Equal("/agents-metrics/agent-1/execution", call.Path);
        Assert.Equal(
            (StubTask.Id, StubTask.Id, "sdk", "Say hello", "N/A", "pending", "done", "[\"clock\"]"),
            (call.Value("execution_id"), call.Value("memory_thread_id"), call.Value("source"), call.Value("task"), call.Value("triggered_by"), call.Value("status"), call.Value("result"), call.Value("api_calls_made")));
        Assert.Equal(5, call.Json.GetProperty("llm_tokens").GetProperty("worker").GetProperty("total_tokens").GetInt32());
    }

    [Theory]
    [InlineData("orchestration", true, 0)]
    [InlineData("orchestration", false, 5)]
    [InlineData("sdk", true, 5)]
    public async Task What_a_workflow_counts_itself_is_not_reported_again(string source, bool returnMetrics, int tokens)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(task =>
            (task.Source, task.ReturnMetrics, task.UsedTools, task.Tokens, task.Result) = (source, returnMetrics, ["clock"], new() { PromptTokens = 5 }, ""))));

        await mode.ReportMetricsAsync(await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id));

        var call = await server.NextAsync(call => call.Method == "POST");
        Assert.Equal(tokens, call.Json.GetProperty("llm_tokens").GetProperty("worker").GetProperty("total_tokens").GetInt32());
        Assert.Equal((tokens > 0 ? 1 : 0, null), (call.Json.GetProperty("api_calls_made").GetArrayLength(), call.Value("result")));
    }

    [Theory]
    [InlineData(true, true, false, 2)]
    [InlineData(true, false, true, 0)]
    [InlineData(false, false, true, 0)]
    public async Task Only_an_enforced_plan_without_a_question_holds_a_task_back(bool enforce, bool isOpen, bool canFinish, int open)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(task => task.DeepPlanning = new()
        {
            Enabled = true,
            Started = true,
            Enforce = enforce,
            Tasks = [new() { Id = "1", Title = "a", Completed = !isOpen && enforce }, new() { Id = "2", Title = "b", Completed = !isOpen && enforce }],
        })));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);
        (task.Result, task.Status) = ("mine", AgentExecutionStatus.Completed);

        var status = await mode.GetPlanFollowingStatusAsync(task);

        Assert.Equal((canFinish, open), (status.CanFinish, status.UncompletedTasks.Count));
        Assert.Equal(("mine", AgentExecutionStatus.Completed), (task.Result, task.Status));
    }

    [Fact]
    public async Task An_external_run_is_reported_with_every_key()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(task => task.Status = AgentExecutionStatus.Completed)));
        var request = new ReportTaskRequest { Id = "mine", Input = "q", LlmResponse = JsonElement.Parse("[1]"), Result = "a", Duration = 1.5, UsedTools = ["t"], Tokens = new() };

        var task = await mode.ReportExternalTaskAsync("agent-1", request, StubSdk.ConfigurationOf(server));

        Assert.Equal(AgentExecutionStatus.Completed, task.Status);
        var call = await server.NextAsync();
        Assert.Equal("/agent-execution/agent-1/report_task", call.Path);
        Assert.Equal(
            ["duration", "id", "input", "is_success", "llm_response", "result", "tokens", "used_tools"],
            call.Json.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_session_is_summarised_by_whoever_is_named_and_by_nobody_otherwise()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));
        var configuration = StubSdk.ConfigurationOf(server);
        var task = await mode.GetAsync(new Tasks(configuration), StubTask.Id);

        Assert.False((await task.CompactSessionForRetryAsync(ct: TestContext.Current.CancellationToken)).Compacted);
        configuration.CompactSession = (_, instructions, _) => Task.FromResult(new CompactRetryResult { Compacted = true, BackupPath = instructions });

        Assert.Equal("keep names", (await task.CompactSessionForRetryAsync("keep names", TestContext.Current.CancellationToken)).BackupPath);
    }
}
