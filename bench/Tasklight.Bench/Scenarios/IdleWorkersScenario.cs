using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;

namespace Tasklight.Bench.Scenarios;

/// <summary>What workers cost that have nothing to do but to say every two seconds that they live.</summary>
static class IdleWorkersScenario
{
    static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    public static async Task<Figure[]> RunAsync(Subject subject, string name, int count)
    {
        var tally = new Tally();
        await using (var first = new WorkerPool(subject.Endpoint, subject.Routes, 20, 8, WorkerPattern.Leased, tally))
        {
            // What the first workers cost is the server's code, not theirs.
            await first.StartAsync();
            await Task.Delay(Settle);
        }

        var measurement = new Measurement(subject.Process);
        var before = ProcessUsage.Of(subject.Process);
        await using var pool = new WorkerPool(subject.Endpoint, subject.Routes, count, 8, WorkerPattern.Leased, tally);
        await pool.StartAsync();
        await Task.Delay(Settle);
        var (opened, beats) = (ProcessUsage.Of(subject.Process), Volatile.Read(ref pool.Beats));
        await Task.Delay(Idle);
        var idled = ProcessUsage.Of(subject.Process);
        if (pool.Beats == beats) tally.Missing++;
        return
        [
            measurement.Value(name + "-memory", (opened.RssMegabytes - before.RssMegabytes) * 1024 / count, "kB", tally),
            measurement.Value(name + "-cores", opened.CoresUntil(idled), "cores", tally),
        ];
    }
}
