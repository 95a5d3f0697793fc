using System.Diagnostics;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>Durable creates.</summary>
static class CreateScenario
{
    public static async Task<Figure> RunAsync(Subject subject, string name, int callers, int count)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        await Callers.RunAsync(subject.Endpoint, callers, count / 10, tally, (connection, _) => subject.CreateAsync(connection, Bodies.Local));
        var measurement = new Measurement(subject.Process);
        var time = await Callers.RunAsync(subject.Endpoint, callers, count, tally, async (connection, _) =>
        {
            var start = Stopwatch.GetTimestamp();
            await subject.CreateAsync(connection, Bodies.Local);
            latencies.Since(start);
        });
        return measurement.Rate(name, latencies.Count, time, tally, latencies);
    }
}
