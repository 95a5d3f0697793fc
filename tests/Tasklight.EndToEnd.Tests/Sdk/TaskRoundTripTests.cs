using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>The .NET client and worker against the real server over real HTTP.</summary>
public sealed class TaskRoundTripTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_runs_and_every_step_of_it_is_streamed_in_order()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        await using var worker = RunningWorker.Start(configuration, async context =>
        {
            await context.StartPlanAsync("greet");
            await context.ChunkAsync("Hel");
            await context.ChunkAsync("lo");
            await context.ToolCallAsync("clock", new { Zone = "UTC" }, () => Task.FromResult("noon"));
            await context.CompletePlanItemAsync("greet");
            context.Task.Tokens = new() { PromptTokens = 3, CompletionTokens = 4 };
            context.Task.Result = $"Hello, {context.Task.Input.Text}";
            return context.Task;
        });

        var task = await new Tasks(configuration).CreateAsync(configuration.AgentId!, "World", eventsStreaming: true, ct: Ct);
        var events = await task.EventsAsync(Ct).ToListAsync(Ct);

        Assert.Equal(
            [
                "task_created", "task_updated", "plan_updated", "chunk", "chunk", "tool_call_request", "tool_call_result", "plan_updated", "task_finished",
            ],
            events.Select(update => update.Type).Where((type, index) => type != "task_updated" || index == 1));
        var finished = events[^1].AsTask()!;
        Assert.Equal((AgentExecutionStatus.Completed, "Hello, World", 7L), (finished.Status, finished.Result, finished.Tokens?.TotalTokens));
        await task.ReloadAsync(Ct);
        Assert.Equal((AgentExecutionStatus.Completed, 1), (task.Status, task.Attempt));
        Assert.Equal(["clock"], task.UsedTools);
        Assert.True(task.DeepPlanning.Tasks.Single().Completed);
    }

    [Fact]
    public async Task A_stop_reaches_the_handler_and_is_confirmed()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        var (began, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var worker = RunningWorker.Start<string>(configuration, async context =>
        {
            await using var told = context.Cancelled.Register(cancelled.SetResult);
            began.SetResult();
            await Until.CancelledAsync(context.Cancelled);
            return "never";
        });
        var tasks = new Tasks(configuration);
        var task = await tasks.CreateAsync(configuration.AgentId!, "wait", ct: Ct);
        await began.Task.WaitAsync(Ct);

        await task.StopAsync(Ct);

        Assert.Equal((AgentExecutionStatus.Stopped, true), (task.Status, task.IsManuallyStopped));
        await cancelled.Task.InTime();
        var stopped = await FindAsync(tasks, task.Id, found => found.StopDetails?.EndedAt is not null, "the run has given its slot back");
        Assert.NotNull(stopped.StopDetails!.ConfirmedAt);
    }

    [Fact]
    public async Task A_restart_of_the_server_interrupts_neither_handler_nor_subscriber()
    {
        await using var server = await ServerFixture.StartAsync(PatientServer.Patience);
        var configuration = server.Configuration(await server.CreateAgentAsync());
        var (runs, began, go) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        await using var worker = RunningWorker.Start(configuration, async context =>
        {
            Interlocked.Increment(ref runs);
            await context.ChunkAsync("before");
            began.SetResult();
            await go.Task.WaitAsync(context.Cancelled);
            await context.ChunkAsync("after");
            return "done";
        });
        var task = await new Tasks(configuration).CreateAsync(configuration.AgentId!, "go on", eventsStreaming: true, ct: Ct);
        var reading = task.EventsAsync(Ct).ToListAsync(Ct).AsTask();
        await began.Task.WaitAsync(Ct);

        await server.StopAsync();
        go.SetResult();
        await server.StartAgainAsync();

        var events = await reading.InTime();
        Assert.Equal((1, 1, "done"), (runs, events[^1].AsTask()!.Attempt, events[^1].AsTask()!.Result));
        Assert.Equal(["before", "after"], events.Select(update => update.AsChunk()).OfType<string>());
        Assert.Equal(["task_created", "task_finished"], [events[0].Type, events[^1].Type]);
    }

    [Fact]
    public async Task A_leaving_worker_hands_its_task_to_another_one_at_once()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        var began = new TaskCompletionSource();
        await using var leaving = RunningWorker.Start<string>(configuration, async context =>
        {
            began.SetResult();
            await Until.CancelledAsync(context.Cancelled);
            return "never";
        });
        var tasks = new Tasks(configuration);
        var task = await tasks.CreateAsync(configuration.AgentId!, "hand over", ct: Ct);
        await began.Task.WaitAsync(Ct);

        await leaving.LeaveAsync();
        await using var next = RunningWorker.Start(configuration, context => Task.FromResult($"attempt {context.Task.Attempt}"));

        var found = await FindAsync(tasks, task.Id, found => found.Status == AgentExecutionStatus.Completed, "the task is completed by the next worker");
        Assert.StartsWith("attempt", found.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_create_with_the_same_key_gives_the_same_task()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        var tasks = new Tasks(configuration);

        var one = await tasks.CreateAsync(configuration.AgentId!, new CreateTaskRequest { Title = "once" }, idempotencyKey: "k", ct: Ct);
        var two = await tasks.CreateAsync(configuration.AgentId!, new CreateTaskRequest { Title = "once" }, idempotencyKey: "k", ct: Ct);

        Assert.Equal(one.Id, two.Id);
        Assert.Equal([one.Id], (await tasks.ListAsync(configuration.AgentId!, ct: Ct)).Select(item => item.Id));
    }

    [Fact]
    public async Task Refusals_are_told_in_words()
    {
        await using var server = await ServerFixture.StartAsync();
        var tasks = new Tasks(server.Configuration());

        await Assert.ThrowsAsync<TaskNotFoundException>(() => tasks.GetAsync("nobody", Ct));
        var wrongKey = server.Configuration();
        wrongKey.ApiKey = "wrong";
        Assert.Equal(403, (await Assert.ThrowsAsync<ModuleException>(() => new Tasks(wrongKey).GetAsync("nobody", Ct))).StatusCode);
        Assert.Equal(404, (await Assert.ThrowsAnyAsync<ModuleException>(() => tasks.CreateAsync("no such agent", "x", ct: Ct))).StatusCode);
    }

    // The server says when a task ends, not when its run's slot is free or who has it now.
    private static Task<AgentTask> FindAsync(Tasks tasks, string id, Func<AgentTask, bool> holds, string what) =>
        Eventually.IsAsync(async () => await tasks.GetAsync(id, Ct) is var task && holds(task) ? task : null, what);
}
