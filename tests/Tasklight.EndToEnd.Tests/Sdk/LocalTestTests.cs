using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>Local test tasks against the real server over real HTTP.</summary>
public sealed class LocalTestTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_local_test_runs_here_even_while_a_worker_waits_for_tasks()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        await using var other = RunningWorker.Start(configuration, context => Task.FromResult("by the other"));
        var steps = new List<string>();
        var worker = new AgentWorker(new WorkerOptions { Configuration = configuration })
            .OnBoot(() => steps.Add("boot"))
            .OnShutdown(() => steps.Add("shutdown"))
            .OnTask(async context =>
            {
                steps.Add("run");
                await context.ChunkAsync("counting");
                context.Task.Tokens = new() { PromptTokens = 3, CompletionTokens = 4 };
                return new { Words = context.Task.Input.Text!.Split(' ').Length };
            });

        var task = await worker.TestAsync(
            new LocalTaskTest { Input = new() { Text = "one two three" }, OutputFormat = OutputFormat.Json, OutputSchema = JsonElement.Parse("""{"type":"object"}""") }, Ct);

        Assert.Equal((AgentExecutionStatus.Completed, """{"words":3}""", "sdk"), (task.Status, task.Result, task.Source));
        Assert.Equal((true, OutputFormat.Json, 7L), (task.RunLocally, task.OutputFormat, task.Tokens?.TotalTokens));
        Assert.Equal(["boot", "run", "shutdown"], steps);
    }

    [Fact]
    public async Task A_local_test_whose_handler_raises_ends_in_error()
    {
        await using var server = await ServerFixture.StartAsync();
        var worker = new AgentWorker(new WorkerOptions { Configuration = server.Configuration(await server.CreateAgentAsync()) })
            .OnTask<string>((task, ct) => throw new InvalidOperationException("no luck"));

        var task = await worker.TestAsync(new LocalTaskTest { Input = new() { Text = "try" } }, Ct);

        Assert.Equal((AgentExecutionStatus.Error, "no luck"), (task.Status, task.Result));
    }

    [Fact]
    public async Task A_cancelled_local_test_stops_its_task()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        string? id = null;
        var worker = new AgentWorker(new WorkerOptions { Configuration = configuration }).OnTask(async (task, ct) =>
        {
            id = task.Id;
            await cancel.CancelAsync();
            await Until.CancelledAsync(ct);
            return "never";
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.TestAsync(new LocalTaskTest { Input = new() { Text = "wait" } }, cancel.Token));

        Assert.Equal(AgentExecutionStatus.Stopped, (await new Tasks(configuration).GetAsync(id!, Ct)).Status);
    }
}
