using System.Diagnostics;
using System.Text;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Scenarios;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Limits;

/// <summary>Measures <see cref="KestrelServer"/>, which runs in a process of its own, with the same client as the server under test.</summary>
static class KestrelCeiling
{
    static readonly byte[] Body = Encoding.ASCII.GetBytes($$"""{"id":null,"text":"{{new string('x', 440)}}","user":"someone","number":1}""");

    public static async Task<Figure> EchoAsync(Endpoint kestrel, int process, string name, int callers, int count)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        await Callers.RunAsync(kestrel, callers, count / 10, tally, static (connection, _) => connection.CallAsync("POST", "/echo", Body).AsTask());
        var measurement = new Measurement(process);
        var time = await Callers.RunAsync(kestrel, callers, count, tally, async (connection, _) =>
        {
            var start = Stopwatch.GetTimestamp();
            await connection.CallAsync("POST", "/echo", Body);
            latencies.Since(start);
        });
        return measurement.Rate(name, latencies.Count, time, tally, latencies);
    }

    public static async Task<Figure> FanOutAsync(Endpoint kestrel, int process, string name, int subscribers, int events)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        var streams = new EventStream[subscribers];
        for (var i = 0; i < subscribers; i++) streams[i] = await EventStream.OpenAsync(kestrel, "/stream", size: 8192);
        var readers = streams.Select(stream => new ChunkReader(stream, tally)).ToArray();
        var reading = readers.Select(reader => Task.Run(() => reader.ReadAsync(events, ordered: true, latencies))).ToArray();
        await Task.Delay(500);
        var measurement = new Measurement(process);
        var start = Stopwatch.GetTimestamp();
        using (var connection = new HttpConnection(kestrel)) await connection.CallAsync("POST", $"/publish?count={events}", "{}"u8.ToArray());
        await Task.WhenAll(reading).WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var received = readers.Sum(static r => (long)r.Received);
        tally.Missing = (long)subscribers * events - received;
        var time = Stopwatch.GetElapsedTime(start, readers.Max(static r => r.LastAt));
        foreach (var stream in streams) stream.Dispose();
        return measurement.Rate(name, received, time, tally, latencies);
    }
}
