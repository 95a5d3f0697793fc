using System.Diagnostics;
using System.Text;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>A subscriber drops, misses an event, comes back with its last id: from its connect to that event.</summary>
static class ReconnectScenario
{
    public static async Task<Figure> RunAsync(Subject subject, string name, int count)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        var task = (await subject.SeedAsync(1, Bodies.LocalAndStreamed))[0];
        using var connection = new HttpConnection(subject.Endpoint);
        var measurement = new Measurement(subject.Process);
        var last = "";
        for (var i = -1; i < count; i++)
        {
            if (i >= 0) await connection.CallAsync("POST", Routes.Push(task), Bodies.Chunks(subject.Routes.Organization, task, i, 1, 100));
            var start = Stopwatch.GetTimestamp();
            using var stream = await EventStream.OpenAsync(subject.Endpoint, subject.Routes.Events(task), last.Length == 0 ? "" : $"Last-Event-ID: {last}\r\n");
            if (!await stream.NextAsync().AsTask().WaitAsync(Subject.Patience)) tally.Lost++;
            if (i < 0)
            {
                last = Encoding.ASCII.GetString(stream.Id);
                continue;
            }

            latencies.Since(start);
            if (stream.Data.IndexOf(Encoding.ASCII.GetBytes($"@@{i}:")) < 0) tally.OutOfOrder++;
            last = Encoding.ASCII.GetString(stream.Id);
        }

        return measurement.Value(name, latencies.Quantile(0.99), "ms", tally, latencies);
    }
}
