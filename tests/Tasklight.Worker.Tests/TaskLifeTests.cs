using Microsoft.Extensions.Logging;
using Tasklight.Protocol;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

public sealed class TaskLifeTests
{
    [Fact]
    public async Task A_task_is_begun_run_and_saved_under_its_lease()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker(options => options.MaxConcurrency = 3).OnTask(async (task, ct) =>
        {
            await Task.Yield();
            task.Result = $"Hello, {task.Input.Text}";
            task.InternalStatus = "greeted";
            return task;
        }));
        platform.Dispatch("lease-1");

        var stream = await platform.NextAsync(call => call.Method == "GET");
        var begin = await platform.PatchAsync("executing");
        var end = await platform.PatchAsync("completed");

        Assert.Equal(("?environment=local", "instance-1", "3"), (stream.Query, stream.Header("Tasklight-Instance"), stream.Header("Tasklight-Slots")));
        Assert.Equal(("lease-1", """{"status":"executing"}"""), (begin.Header("Tasklight-Lease"), begin.Body));
        Assert.Equal(("lease-1", "Hello, Say hello", "greeted"), (end.Header("Tasklight-Lease"), end.Value("result"), end.Value("internal_status")));
        await worker.LeaveAsync();
        Assert.DoesNotContain(platform.Rest(), call => call.Value("event") == "run-ended" || call.Path.StartsWith("/agents-metrics", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_time_of_earlier_runs_of_the_turn_is_not_lost()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult("done")));

        platform.Dispatch("lease-1", change: task => task.Duration = 1_000_000);

        var duration = double.Parse((await platform.PatchAsync("completed")).Value("duration")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(duration, 1_000_000, 2_000_000);
    }

    [Fact]
    public async Task A_text_is_the_result_and_an_object_becomes_JSON()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask<object>(async (task, ct) =>
        {
            await Task.Yield();
            return task.Id == "text" ? "plain" : new { TotalRows = 3, Names = new[] { "a" } };
        }));

        platform.Dispatch("lease-1", "text");
        Assert.Equal("plain", (await platform.PatchAsync("completed")).Value("result"));
        platform.Dispatch("lease-2", "object");
        Assert.Equal("""{"total_rows":3,"names":["a"]}""", (await platform.PatchAsync("completed")).Value("result"));
    }

    [Fact]
    public async Task A_reason_why_the_task_cannot_be_done_is_its_result_and_one_line_of_the_log()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask<string>((task, ct) => throw new TaskFailedException("There is no key for openai.")));

        platform.Dispatch("lease-1", "task-1");
        Assert.Equal("There is no key for openai.", (await platform.PatchAsync("error")).Value("result"));

        var (_, text, exception) = Assert.Single(platform.Log.Lines, static line => line.Level >= LogLevel.Warning);
        Assert.Equal(("Task task-1 cannot be done: There is no key for openai.", null), (text, exception));
    }

    [Fact]
    public async Task An_exception_is_the_tasks_error_and_not_the_workers_end()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask<string>((task, ct) =>
            task.Id == "bad" ? throw new InvalidOperationException("no luck") : Task.FromResult("fine")));

        platform.Dispatch("lease-1", "bad");
        Assert.Equal("no luck", (await platform.PatchAsync("error")).Value("result"));
        platform.Dispatch("lease-2", "good");
        Assert.Equal("fine", (await platform.PatchAsync("completed")).Value("result"));
    }

    [Fact]
    public async Task Events_arrive_in_order_before_the_final_save_each_batch_under_its_own_key()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(async context =>
        {
            for (var index = 0; index < 2_000; index++)
            {
                await context.ChunkAsync($"{index}");
            }

            return await context.ToolCallAsync("adder", new { Left = 1 }, () => Task.FromResult("2"));
        }));
        platform.Dispatch("lease-1");

        var pushed = new List<TaskUpdateEvent>();
        var keys = new HashSet<string?>();
        while (true)
        {
            var call = await platform.NextAsync(call => call.Path.EndsWith("/push", StringComparison.Ordinal) || call.Value("status") == "completed");
            if (call.Method == "PATCH")
            {
                Assert.Equal("""["adder"]""", call.Json.GetProperty("used_tools").GetRawText());
                break;
            }

            Assert.Equal("lease-1", call.Header("Tasklight-Lease"));
            Assert.True(keys.Add(call.Header("Idempotency-Key")));
            pushed.AddRange(call.Json.EnumerateArray().Select(item => System.Text.Json.JsonSerializer.Deserialize(item, ProtocolJson.Default.TaskUpdateEvent)!));
        }

        Assert.Equal(2_002, pushed.Count);
        Assert.Equal(Enumerable.Range(0, 2_000).Select(index => $"{index}"), pushed.Take(2_000).Select(update => update.Data.GetString()));
        Assert.Equal(["tool_call_request", "tool_call_result"], pushed.Skip(2_000).Select(update => update.Type));
        Assert.Equal("""{"left":1}""", pushed[2_000].Data.GetProperty("payload").GetRawText());
        Assert.True(keys.Count < 200, $"{keys.Count} pushes");
    }

    [Fact]
    public async Task A_text_that_breaks_off_within_a_character_is_told()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(async context =>
        {
            await context.ChunkAsync("half: \ud83d");
            await context.ChunkAsync("nul: \0");
            return "done";
        }));
        platform.Dispatch("lease-1");

        var told = new List<string?>();
        while (told.Count < 2)
        {
            told.AddRange((await platform.NextAsync(call => call.Body.StartsWith('['))).Json.EnumerateArray().Select(update => update.GetProperty("data").GetString()));
        }

        Assert.Equal(["half: \ufffd", "nul: \ufffd"], told);
    }

    [Fact]
    public async Task A_task_that_cannot_be_written_ends_in_error_and_says_why()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) =>
        {
            task.Duration = double.NaN;
            return Task.FromResult("done");
        }));
        platform.Dispatch("lease-1");

        Assert.StartsWith("The task cannot be saved as the handler left it:", (await platform.PatchAsync("error")).Value("result"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_cannot_make_its_run_anothers()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) =>
        {
            (task.Id, task.AgentId, task.OrganizationId) = ("another", "another", "another");
            return Task.FromResult("done");
        }));
        platform.Dispatch("lease-1");

        var end = await platform.PatchAsync("completed");

        Assert.Equal(("/agent-execution/task-1/update", "task-1", "agent-1"), (end.Path, end.Value("id"), end.Value("agent_id")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_after_the_end_of_the_run_is_refused_in_words(bool isCancelled)
    {
        await using var platform = await StubPlatform.StartAsync();
        var kept = new TaskCompletionSource<TaskContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var worker = new RunningWorker(platform.Worker(options => options.ShutdownGrace = isCancelled ? TimeSpan.Zero : TimeSpan.FromMinutes(1)).OnTask(async context =>
        {
            kept.SetResult(context);
            if (isCancelled)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Until.CancelledAsync(context.Cancelled));
            }

            return "done";
        }));
        platform.Dispatch("lease-1");
        var context = await kept.Task;
        await worker.LeaveAsync();

        Assert.Contains("task-1", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await context.ChunkAsync("late"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_is_saved_as_it_moves()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(async context =>
        {
            await context.StartPlanAsync("read", "write");
            await context.CompletePlanItemAsync("read");
            return context.Task;
        }));
        platform.Dispatch("lease-1");

        await platform.PatchAsync("executing");
        var started = (await platform.PatchAsync("executing")).Json.GetProperty("deep_planning");
        var moved = (await platform.PatchAsync("executing")).Json.GetProperty("deep_planning");

        Assert.Equal((true, "read"), (started.GetProperty("started").GetBoolean(), started.GetProperty("tasks")[0].GetProperty("title").GetString()));
        Assert.Equal(
            [true, false],
            moved.GetProperty("tasks").EnumerateArray().Select(item => item.GetProperty("completed").GetBoolean()));
        Assert.False((await platform.PatchAsync("completed")).Json.TryGetProperty("deep_planning", out _));
    }

    [Fact]
    public async Task Tokens_are_reported_after_the_end()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) =>
        {
            task.Tokens = new() { PromptTokens = 3, CompletionTokens = 4 };
            return Task.FromResult(task);
        }));
        platform.Dispatch("lease-1");

        var metrics = await platform.NextAsync(call => call.Path == "/agents-metrics/agent-1/execution");

        Assert.Equal(("lease-1", "task-1", "sdk", "completed"), (metrics.Header("Tasklight-Lease"), metrics.Value("execution_id"), metrics.Value("source"), metrics.Value("status")));
        Assert.Equal(4, metrics.Json.GetProperty("llm_tokens").GetProperty("worker").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_result_the_server_cannot_store_ends_the_task_in_error()
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = call => call.Value("status") == "completed" ? StubAnswer.Error(413, "too large") : null;
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult("huge")));
        platform.Dispatch("lease-1");

        Assert.Contains("too large", (await platform.PatchAsync("error")).Value("result"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_handler_has_saved_itself_is_not_saved_again()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => task.SetStatusAsync(AgentExecutionStatus.Paused, "waiting", ct)));
        platform.Dispatch("lease-1");

        await platform.PatchAsync("paused");
        await worker.LeaveAsync();
        Assert.DoesNotContain(platform.Rest(), call => call.Method == "PATCH" || call.Value("event") == "run-ended");
    }
}
