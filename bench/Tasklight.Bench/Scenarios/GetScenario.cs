using System.Diagnostics;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>Reads of whole tasks, over a thousand of them.</summary>
static class GetScenario
{
    public static async Task<Figure> RunAsync(Subject subject, string name, int callers, int count)
    {
        var ids = await subject.SeedAsync(1000, Bodies.Local);
        var (tally, latencies) = (new Tally(), new Latencies());
        await Callers.RunAsync(subject.Endpoint, callers, count / 10, tally, ReadAsync);
        latencies = new Latencies();
        var measurement = new Measurement(subject.Process);
        var time = await Callers.RunAsync(subject.Endpoint, callers, count, tally, ReadAsync);
        return measurement.Rate(name, latencies.Count, time, tally, latencies);

        async Task ReadAsync(HttpConnection connection, int i)
        {
            var start = Stopwatch.GetTimestamp();
            await connection.CallAsync("GET", Routes.Get(ids[(int)((i * 7919L + 13) % ids.Length)]));
            latencies.Since(start);
        }
    }
}
