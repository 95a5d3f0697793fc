using System.Diagnostics;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>What the worker library costs: whole tasks through its loop, its processor time for each, and what it still holds after them.</summary>
sealed class WorkerLibraryScenario(Subject subject, WorkerProcess worker)
{
    double? _firstLive;

    /// <summary>The rate with its latencies; the worker's processor time a task; its live heap, and how much that grew since the first call.</summary>
    public async Task<Figure[]> RunAsync(string name, int callers, int count)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        var measurement = new Measurement(subject.Process);
        var before = ProcessUsage.Of(worker.Id);
        var time = await Callers.RunAsync(subject.Endpoint, callers, count, tally, OneAsync);
        var after = ProcessUsage.Of(worker.Id);
        var rate = measurement.Rate(name, latencies.Count, time, tally, latencies);
        var live = await worker.LiveAsync() / 1048576.0;
        _firstLive ??= live;
        return
        [
            rate,
            rate with { Name = name + "-p50", Value = rate.P50 ?? 0, Unit = "ms" },
            rate with { Name = name + "-cpu", Value = Math.Round((after.CpuSeconds - before.CpuSeconds) * 1000 / Math.Max(1, latencies.Count), 4), Unit = "ms" },
            rate with { Name = name + "-heap", Value = Math.Round(live, 3), Unit = "MB", Note = $"resident {after.RssMegabytes:0} MB" },
            rate with { Name = name + "-growth", Value = Math.Round(live - _firstLive.Value, 3), Unit = "MB" },
        ];

        async Task OneAsync(HttpConnection connection, int i)
        {
            var start = Stopwatch.GetTimestamp();
            var task = await subject.CreateAsync(connection, Bodies.Dispatched);
            if (await worker.Of(task).Finished.WaitAsync(Subject.Patience).ContinueWith(static t => t.IsCompletedSuccessfully, TaskScheduler.Default)) latencies.Since(start);
            else Interlocked.Increment(ref tally.Lost);
            worker.Forget(task);
        }
    }
}
