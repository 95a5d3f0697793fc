using System.Diagnostics;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>A backlog of waiting tasks, then workers that connect and work it off.</summary>
static class DrainScenario
{
    const int Workers = 8;
    const int Slots = 6;

    public static async Task<Figure> RunAsync(Subject subject, string name, int count)
    {
        var tally = new Tally();
        var ids = await subject.SeedAsync(count, Bodies.Dispatched);
        await using var pool = new WorkerPool(subject.Endpoint, subject.Routes, Workers, Workers * Slots, WorkerPattern.Leased, tally);
        var deliveries = ids.Select(pool.Of).ToArray();
        var measurement = new Measurement(subject.Process);
        var start = Stopwatch.GetTimestamp();
        await pool.StartAsync();
        try
        {
            await Task.WhenAll(deliveries.Select(static d => d.Finished)).WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            tally.Lost = deliveries.Count(static d => !d.Finished.IsCompleted);
        }

        return measurement.Rate(name, count - tally.Lost, Stopwatch.GetElapsedTime(start), tally);
    }
}
