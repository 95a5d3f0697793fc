using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>The forms of handlers against the real server over real HTTP.</summary>
public sealed class WorkerFormsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_process_works_for_several_agents_by_streams_and_by_results()
    {
        await using var server = await ServerFixture.StartAsync();
        var (one, two) = (server.Configuration(await server.CreateAgentAsync("one")), server.Configuration(await server.CreateAgentAsync("two")));
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = AgentWorker.RunAllAsync(
            [
                new AgentWorker(new WorkerOptions { Configuration = one }).OnTask(StreamAsync),
                new AgentWorker(new WorkerOptions { Configuration = two }).OnTask((task, ct) => Task.FromResult(new { Answer = 42 })),
            ],
            leave.Token);

        var streamed = await FinishAsync(one);
        var returned = await FinishAsync(two);

        Assert.Equal(["Hel", "lo"], streamed.Select(update => update.AsChunk()).OfType<string>());
        Assert.Equal((AgentExecutionStatus.Completed, "Hello", "greeted"), End(streamed));
        Assert.Equal((AgentExecutionStatus.Completed, """{"answer":42}""", null), End(returned));
        await leave.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_plan_is_worked_off_over_retries_that_the_record_counts()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        await using var worker = RunningWorker.Start(configuration, async context =>
        {
            if (!context.Task.DeepPlanning.Started)
            {
                context.Task.DeepPlanning = context.Task.DeepPlanning with { Enforce = true };
                await context.StartPlanAsync("read", "think", "write");
            }

            await context.CompletePlanItemAsync(context.Task.DeepPlanning.Tasks.First(item => !item.Completed).Title);
            return $"after {context.RetryCount} retries";
        });

        var finished = (await FinishAsync(configuration))[^1].AsTask()!;

        Assert.Equal((AgentExecutionStatus.Completed, "after 2 retries", 3), (finished.Status, finished.Result, finished.ExecutionAttempts));
        Assert.All(finished.DeepPlanning.Tasks, item => Assert.True(item.Completed));
        Assert.Null(finished.AdditionalContext);
    }

    private static async Task<IReadOnlyList<TaskUpdateEvent>> FinishAsync(Configuration configuration)
    {
        var request = new CreateTaskRequest { Input = new() { Text = "go" }, EventsStreaming = true, OutputFormat = OutputFormat.Json };
        var task = await new Tasks(configuration).CreateAsync(configuration.AgentId!, request, ct: Ct);
        return await task.EventsAsync(Ct).ToListAsync(Ct).AsTask().InTime();
    }

    private static (AgentExecutionStatus, string?, string?) End(IReadOnlyList<TaskUpdateEvent> events)
    {
        var task = events[^1].AsTask()!;
        return (task.Status, task.Result, task.InternalStatus);
    }

    private static async IAsyncEnumerable<TaskUpdateEvent> StreamAsync(TaskContext context)
    {
        yield return context.Chunk("Hel");
        await Task.Yield();
        yield return context.Chunk("lo");
        context.Task.InternalStatus = "greeted";
        yield return context.Finished("Hello");
    }
}
