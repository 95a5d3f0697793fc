using System.Diagnostics;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>The newest fifty tasks of an agent, whatever its history.</summary>
static class ListScenario
{
    const int Page = 50;

    public static async Task<Figure> RunAsync(Subject subject, string name, int callers, int count)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        var path = subject.Routes.List($"?page=1&per_page={Page}");
        await Callers.RunAsync(subject.Endpoint, callers, count / 10, tally, ReadAsync);
        latencies = new Latencies();
        var measurement = new Measurement(subject.Process);
        var time = await Callers.RunAsync(subject.Endpoint, callers, count, tally, ReadAsync);
        return measurement.Rate(name, latencies.Count, time, tally, latencies);

        async Task ReadAsync(HttpConnection connection, int i)
        {
            var start = Stopwatch.GetTimestamp();
            await connection.CallAsync("GET", path);
            latencies.Since(start);
            if (i % 100 == 0 && JsonPeek.Count(connection.Body) != Page) Interlocked.Increment(ref tally.Missing);
        }
    }
}
