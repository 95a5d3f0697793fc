using System.Diagnostics;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>One task, many subscribers, events pushed one call after the other; counted when they arrive.</summary>
static class FanOutScenario
{
    const int Filling = 200;

    public static async Task<Figure> RunAsync(Subject subject, string name, int subscribers, int events, int batch)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        var task = (await subject.SeedAsync(1, Bodies.LocalAndStreamed))[0];
        var streams = new EventStream[subscribers];
        for (var i = 0; i < subscribers; i++) streams[i] = await EventStream.OpenAsync(subject.Endpoint, subject.Routes.Events(task), size: 8192);
        var readers = streams.Select(stream => new ChunkReader(stream, tally)).ToArray();
        var reading = readers.Select(reader => Task.Run(() => reader.ReadAsync(events, ordered: true, latencies))).ToArray();
        await Task.Delay(500);

        var measurement = new Measurement(subject.Process);
        var start = Stopwatch.GetTimestamp();
        using (var connection = new HttpConnection(subject.Endpoint))
            for (var sent = 0; sent < events; sent += batch)
                await connection.CallAsync("POST", Routes.Push(task), Bodies.Chunks(subject.Routes.Organization, task, sent, Math.Min(batch, events - sent), Filling));
        await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(60)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var received = readers.Sum(static r => (long)r.Received);
        tally.Missing = (long)subscribers * events - received;
        var time = Stopwatch.GetElapsedTime(start, readers.Max(static r => r.LastAt));
        foreach (var stream in streams) stream.Dispose();
        return measurement.Rate(name, received, time, tally, latencies);
    }
}
