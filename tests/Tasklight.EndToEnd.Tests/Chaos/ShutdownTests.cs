using Tasklight.EndToEnd.Tests.Baseline;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>SIGTERM: an orderly end of every stream, and nobody notices more than a pause.</summary>
public sealed class ShutdownTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_ends_in_time_with_open_streams_and_nothing_is_redelivered()
    {
        await using var server = await ServerProcess.StartAsync();
        var options = await server.BaselineAsync();
        var runs = new Runs();
        await using var baseline = await BaselineWorker.StartRegisteredAsync(options, runs.HandleAsync);
        using var client = new BaselineClient(options);
        var first = await client.CreateAsync("over the restart", Token, more: new() { ["events_streaming"] = true });
        var run = await runs.NextAsync();

        var leaseAgent = await server.Api.CreateAgentAsync();
        var (begun, finish) = (Until.Signal(), Until.Signal());
        await using var lease = LeaseWorker.Start(server, leaseAgent, slots: 4, async (_, cancel) =>
        {
            begun.TrySetResult();
            await finish.Task.WaitAsync(cancel);
            return "done";
        });
        var second = (await server.Api.CreateTaskAsync(leaseAgent, "over the restart too"))["id"]!.GetValue<string>();
        await begun.Task.InTime();
        Task<List<BaselineEvent>>[] streams = [.. Enumerable.Range(0, 50).Select(_ => first.EventsAsync(Token).ToListAsync(Token).AsTask())];
        await Eventually.HoldsAsync(() => client.Network.Calls.Count(static c => c.Name == "GET events" && c.Status == 200) == 50, "all streams are open");

        var took = await server.TerminateAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"ended after {took.TotalSeconds:0.0} s");
        Assert.True(took < Eventually.StopCeiling, $"It took {took.TotalSeconds:0.0} s to end.");

        // A broken stream would raise here.
        foreach (var stream in streams)
            Assert.DoesNotContain(await stream.InTime(), static e => e.Type == "task_finished");

        await server.StartAgainAsync();
        await baseline.RegisteredAsync(2).InTime();
        await Eventually.HoldsAsync(() => lease.Ids.Count >= 2, "the worker with leases is back");
        Assert.Equal(baseline.Ids[0], baseline.Ids[1]);
        Assert.Single(lease.Ids.Distinct(StringComparer.Ordinal));
        run.Finish("done");
        finish.TrySetResult();

        foreach (var task in new[] { first.Id, second })
            Assert.Equal(1, (await server.Api.BecomesAsync(task, "completed"))["attempt"]!.GetValue<int>());
        Assert.Equal(1, runs.Count(first.Id));
        Assert.Single(lease.Runs);
    }
}
