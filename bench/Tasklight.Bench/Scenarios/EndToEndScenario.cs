using System.Diagnostics;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>Create, dispatch to a worker, its saves, and the end as the worker or a subscriber of the task's stream sees it.</summary>
static class EndToEndScenario
{
    const int SlotsOfWorker = 6;

    /// <summary>The rate, and latencies and processor time as figures of their own.</summary>
    /// <param name="watch">See the end on the task's stream; otherwise when the worker's last save is answered.</param>
    public static async Task<Figure[]> RunAsync(Subject subject, string name, int callers, int count, WorkerPattern pattern, bool watch)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        var workers = (callers + SlotsOfWorker - 1) / SlotsOfWorker + 1;
        await using var pool = new WorkerPool(subject.Endpoint, subject.Routes, workers, workers * SlotsOfWorker, pattern, tally);
        await pool.StartAsync();
        await pool.QuietAsync();
        await Callers.RunAsync(subject.Endpoint, callers, Math.Min(1000, count / 5), tally, OneAsync);
        latencies = new Latencies();
        var measurement = new Measurement(subject.Process);
        var time = await Callers.RunAsync(subject.Endpoint, callers, count, tally, OneAsync);
        var rate = measurement.Rate(name, latencies.Count, time, tally, latencies);
        return [rate, rate with { Name = name + "-p50", Value = rate.P50 ?? 0, Unit = "ms" }, rate with { Name = name + "-p99", Value = rate.P99 ?? 0, Unit = "ms" },
            rate with { Name = name + "-cpu", Value = Math.Round((rate.ServerCpuMicrosPerOperation ?? double.NaN) / 1000, 4), Unit = "ms" }];

        async Task OneAsync(HttpConnection connection, int i)
        {
            var start = Stopwatch.GetTimestamp();
            var task = await subject.CreateAsync(connection, watch ? Bodies.DispatchedAndStreamed : Bodies.Dispatched);
            var finished = watch
                ? await WatchAsync(subject, task)
                : await pool.Of(task).Finished.WaitAsync(Subject.Patience).ContinueWith(static t => t.IsCompletedSuccessfully, TaskScheduler.Default);
            if (finished) latencies.Since(start);
            else Interlocked.Increment(ref tally.Lost);
            pool.Forget(task);
        }
    }

    /// <summary>Reads up to the task's end, which is the stream's last frame; false when it ends before.</summary>
    public static async Task<bool> UntilFinishedAsync(EventStream stream)
    {
        while (await stream.NextAsync())
            if (JsonPeek.Text(stream.Data, "type"u8) == "task_finished") return true;
        return false;
    }

    static async Task<bool> WatchAsync(Subject subject, string task)
    {
        using var stream = await EventStream.OpenAsync(subject.Endpoint, subject.Routes.Events(task));
        try
        {
            return await UntilFinishedAsync(stream).WaitAsync(Subject.Patience);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
