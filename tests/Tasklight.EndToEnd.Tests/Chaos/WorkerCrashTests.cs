using System.Diagnostics;
using Tasklight.EndToEnd.Tests.Baseline;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>kill -9 of a worker, with the server's own settings and a real clock.</summary>
public sealed class WorkerCrashTests
{
    /// <summary>The promise is 15 s, while the machine has a processor for the server; a loaded one gets four times as long.</summary>
    static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(60);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_tasks_of_a_killed_baseline_worker_run_elsewhere()
    {
        await using var server = await ServerProcess.StartAsync();
        var options = await server.BaselineAsync();
        var (dying, living) = (new Runs(), new Runs());
        await using var victim = await BaselineWorker.StartRegisteredAsync(options, dying.HandleAsync);
        using var client = new BaselineClient(options);
        var created = await client.CreateAsync("survive", Token);
        await dying.NextAsync();
        await using var heir = await BaselineWorker.StartRegisteredAsync(options, living.HandleAsync);

        var since = Stopwatch.StartNew();
        victim.Kill();
        var run = await living.NextAsync();

        Assert.Equal(created.Id, run.Task.Id);
        IsInTime(server, since.Elapsed);
        run.Finish("done elsewhere");
        await server.Api.BecomesAsync(created.Id, "completed");
    }

    [Fact]
    public async Task The_tasks_of_a_killed_worker_with_leases_run_elsewhere()
    {
        await using var server = await ServerProcess.StartAsync();
        var agent = await server.Api.CreateAgentAsync();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var victim = LeaseWorker.Start(server, agent, slots: 1, async (_, cancel) =>
        {
            begun.TrySetResult();
            await Until.CancelledAsync(cancel);
            return "";
        });
        var created = (await server.Api.CreateTaskAsync(agent, "survive"))["id"]!.GetValue<string>();
        await begun.Task.InTime();
        await using var heir = LeaseWorker.Start(server, agent, slots: 1, static (_, _) => Task.FromResult("done elsewhere"));

        var since = Stopwatch.StartNew();
        victim.Kill();
        var done = await server.Api.BecomesAsync(created, "completed");

        IsInTime(server, since.Elapsed);
        Assert.Equal("done elsewhere", done["result"]!.GetValue<string>());
        Assert.Equal(2, done["attempt"]!.GetValue<int>());
    }

    static void IsInTime(ServerProcess server, TimeSpan took)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"elsewhere after {took.TotalSeconds:0.0} s, of which the server stood still for {server.StoodStill.TotalSeconds:0.0} s");
        Assert.True(took - server.StoodStill < Ceiling, $"It took {took.TotalSeconds:0.0} s.");
    }
}
