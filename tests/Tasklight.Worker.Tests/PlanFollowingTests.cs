using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

public sealed class PlanFollowingTests
{
    [Fact]
    public async Task An_open_plan_calls_the_handler_again_counted_under_the_lease()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker(options => options.ShutdownGrace = TimeSpan.FromMinutes(1)).OnTask(DoOneItemAsync));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read", "write"));

        await platform.PatchAsync("executing");
        await platform.PatchAsync("executing");
        var retry = await platform.PatchAsync("executing");
        await platform.PatchAsync("executing");
        var end = await platform.PatchAsync("completed");

        Assert.Equal(("lease-1", "2", null), (retry.Header("Tasklight-Lease"), retry.Value("execution_attempts"), retry.Value("result")));
        Assert.Equal(("retry 1", "2"), (end.Value("result"), end.Value("execution_attempts")));
        await worker.LeaveAsync();
        Assert.DoesNotContain(platform.Rest(), call => call.Method == "PATCH");
    }

    [Fact]
    public async Task At_the_limit_the_task_is_completed_with_its_open_items()
    {
        await using var platform = await StubPlatform.StartAsync();
        var calls = 0;
        await using var worker = new RunningWorker(platform.Worker(options => options.MaxPlanRetries = 2).OnTask(context => Task.FromResult($"{++calls}")));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read"));

        var end = await platform.PatchAsync("completed");

        Assert.Equal(("3", "3", 3), (end.Value("result"), end.Value("execution_attempts"), calls));
    }

    [Fact]
    public async Task A_redelivered_task_goes_on_counting()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(context => Task.FromResult($"retry {context.RetryCount}")));
        platform.Dispatch("lease-1", change: task => (task.DeepPlanning, task.ExecutionAttempts) = (Plan("read"), 6));

        Assert.Equal("retry 5", (await platform.PatchAsync("completed")).Value("result"));
    }

    [Fact]
    public async Task From_the_second_retry_on_the_context_names_the_open_items_and_is_the_customers_again_at_the_end()
    {
        await using var platform = await StubPlatform.StartAsync();
        var contexts = new List<string?>();
        await using var worker = new RunningWorker(platform.Worker(options => options.MaxPlanRetries = 3).OnTask(context =>
        {
            contexts.Add(context.Task.AdditionalContext);
            return Task.FromResult("done");
        }));
        platform.Dispatch("lease-1", change: task => (task.DeepPlanning, task.AdditionalContext) = (Plan("read", "write"), "Be brief."));

        var end = await platform.PatchAsync("completed");

        Assert.Equal(["Be brief.", "Be brief."], contexts[..2]);
        Assert.StartsWith("Be brief.\n\n<retry_focus>\n", contexts[2], StringComparison.Ordinal);
        Assert.Contains("- read (id read)\n- write (id write)\n</retry_focus>", contexts[2], StringComparison.Ordinal);
        Assert.Equal(contexts[2], contexts[3]);
        Assert.Equal("Be brief.", end.Value("additional_context"));
    }

    [Fact]
    public async Task A_session_is_compacted_before_each_retry_and_all_tokens_add_up()
    {
        await using var platform = await StubPlatform.StartAsync();
        var compactions = new List<int>();
        await using var worker = new RunningWorker(platform.Worker(options =>
        {
            options.MaxPlanRetries = 2;
            options.CompactBeforeRetry = context =>
            {
                compactions.Add(context.RetryCount);
                return context.RetryCount == 1
                    ? throw new InvalidOperationException("no room")
                    : Task.FromResult(new CompactRetryResult { Compacted = true, InputTokens = 100, OutputTokens = 10 });
            };
        }).OnTask(context =>
        {
            context.Task.Tokens = new() { PromptTokens = 3, CompletionTokens = 4 };
            return Task.FromResult(context.Task);
        }));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read"));

        var tokens = (await platform.PatchAsync("completed")).Json.GetProperty("tokens");

        Assert.Equal([0, 1], compactions);
        Assert.Equal((109, 22), (tokens.GetProperty("prompt_tokens").GetInt32(), tokens.GetProperty("completion_tokens").GetInt32()));
    }

    [Fact]
    public async Task What_others_did_to_the_plan_counts_and_what_the_handler_did_to_the_task_is_kept()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(context =>
        {
            platform.Change("deep_planning", JsonSerializer.Serialize(Plan("read") with { Tasks = [new() { Id = "read", Title = "read", Completed = true }] }, ProtocolJson.Default.DeepPlanning));
            (context.Task.Title, context.Task.InternalStatus, context.Task.UsedTools) = ("a title", "half", ["clock"]);
            return Task.FromResult(context.Task);
        }));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read"));

        var end = await platform.PatchAsync("completed");

        Assert.Equal(("1", "a title", "half", """["clock"]"""), (end.Value("execution_attempts"), end.Value("title"), end.Value("internal_status"), end.Value("used_tools")));
        Assert.False(end.Json.TryGetProperty("deep_planning", out _));
    }

    [Fact]
    public async Task A_plan_changed_here_and_not_saved_is_judged_and_saved()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(context =>
        {
            context.Task.DeepPlanning = context.Task.DeepPlanning with { QuestionRaised = true };
            return Task.FromResult("What shall I read?");
        }));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read"));

        var end = await platform.PatchAsync("completed");

        Assert.True(end.Json.GetProperty("deep_planning").GetProperty("question_raised").GetBoolean());
        Assert.Equal("1", end.Value("execution_attempts"));
    }

    [Fact]
    public async Task A_plan_that_cannot_be_fetched_does_not_hold_its_task()
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = call => call is { Method: "GET" } && call.Path.EndsWith("/status", StringComparison.Ordinal) ? StubAnswer.Error(500, "oh") : null;
        await using var worker = new RunningWorker(platform.Worker().OnTask(context => Task.FromResult("done")));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read"));

        Assert.Equal("1", (await platform.PatchAsync("completed")).Value("execution_attempts"));
    }

    [Fact]
    public async Task A_plan_is_followed_though_the_server_is_away_for_a_moment()
    {
        await using var platform = await StubPlatform.StartAsync();
        var failures = 2;
        platform.Override = call => call is { Method: "GET" } && call.Path.EndsWith("/status", StringComparison.Ordinal) && failures-- > 0 ? StubAnswer.Error(503, "starting") : null;
        await using var worker = new RunningWorker(platform.Worker().OnTask(async context =>
        {
            if (context.RetryCount > 0)
            {
                await context.CompletePlanItemAsync("read");
            }

            return "done";
        }));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read"));

        Assert.Equal("2", (await platform.PatchAsync("completed")).Value("execution_attempts"));
    }

    [Fact]
    public async Task A_task_without_a_plan_costs_no_question()
    {
        await using var platform = await StubPlatform.StartAsync();
        var questions = 0;
        platform.Override = call =>
        {
            questions += call.Method == "GET" && call.Path.EndsWith("/status", StringComparison.Ordinal) ? 1 : 0;
            return null;
        };
        await using var worker = new RunningWorker(platform.Worker().OnTask(context => Task.FromResult("done")));
        platform.Dispatch("lease-1");

        await platform.PatchAsync("completed");

        Assert.Equal(0, questions);
    }

    [Theory]
    [InlineData(AgentExecutionStatus.Failed)]
    [InlineData(AgentExecutionStatus.Paused)]
    public async Task A_handler_that_decides_on_another_end_is_not_called_again(AgentExecutionStatus status)
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(context =>
        {
            context.Task.Status = status;
            return Task.FromResult("so be it");
        }));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read"));

        Assert.Equal("1", (await platform.PatchAsync(status.ToWire())).Value("execution_attempts"));
    }

    [Fact]
    public async Task A_leaving_worker_counts_the_retry_and_hands_it_to_the_next_one()
    {
        await using var platform = await StubPlatform.StartAsync();
        var calls = 0;
        await using var worker = new RunningWorker(platform.Worker(options => options.ShutdownGrace = TimeSpan.FromMinutes(1)).OnTask(async context =>
        {
            calls++;
            var leaving = new TaskCompletionSource();
            await using var told = context.Leaving.Register(leaving.SetResult);
            await leaving.Task;
            return "not yet";
        }));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read"));
        await platform.PatchAsync("executing");

        await worker.LeaveAsync();

        Assert.Equal((1, "2"), (calls, (await platform.PatchAsync("executing")).Value("execution_attempts")));
        Assert.Equal("lease-1", (await platform.PostAsync("worker-finished")).Json.GetProperty("data").GetProperty("lease_ids")[0].GetString());
    }

    [Fact]
    public async Task A_lease_lost_between_two_calls_ends_the_run()
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = call => call.Value("execution_attempts") == "2" ? StubAnswer.Error(409, "lost", "lease_lost") : null;
        var calls = 0;
        await using var worker = new RunningWorker(platform.Worker().OnTask(context => Task.FromResult($"{++calls}")));
        platform.Dispatch("lease-1", change: task => task.DeepPlanning = Plan("read"));

        await platform.PostAsync("run-ended");

        Assert.Equal(1, calls);
        Assert.DoesNotContain(platform.Rest(), call => call.Value("status") == "completed");
    }

    private static DeepPlanning Plan(params string[] titles) =>
        new() { Enabled = true, Enforce = true, Started = true, Tasks = [.. titles.Select(title => new DeepPlanningItem { Id = title, Title = title })] };

    private static async Task<string> DoOneItemAsync(TaskContext context)
    {
        await context.CompletePlanItemAsync(context.Task.DeepPlanning.Tasks.First(item => !item.Completed).Title);
        return $"retry {context.RetryCount}";
    }
}
