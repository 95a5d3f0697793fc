using System.Diagnostics;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>From the request that stops a running task to the frame that tells its worker.</summary>
static class StopScenario
{
    public static async Task<Figure> RunAsync(Subject subject, string name, int count)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        await using var pool = new WorkerPool(subject.Endpoint, subject.Routes, 4, count, WorkerPattern.Holding, tally);
        await pool.StartAsync();
        await pool.QuietAsync();
        var ids = await subject.SeedAsync(count, Bodies.Dispatched);
        await ids.AllAsync(id => pool.Of(id).DeliveredAt != 0);
        await Task.Delay(200);
        var measurement = new Measurement(subject.Process);
        await Callers.RunAsync(subject.Endpoint, 4, count, tally, async (connection, i) =>
        {
            var start = Stopwatch.GetTimestamp();
            await connection.CallAsync("DELETE", Routes.Stop(ids[i]));
            if (await Waiting.UntilAsync(() => Volatile.Read(ref pool.Of(ids[i]).StopSeenAt) != 0)) latencies.Between(start, pool.Of(ids[i]).StopSeenAt);
            else Interlocked.Increment(ref tally.Lost);
        });
        return measurement.Value(name, latencies.Quantile(0.99), "ms", tally, latencies);
    }
}
