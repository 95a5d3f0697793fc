using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>What subscribers cost that have nothing to hear, and whether each still hears when there is something.</summary>
static class IdleSubscribersScenario
{
    static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    public static async Task<Figure[]> RunAsync(Subject subject, string name, int count)
    {
        var tally = new Tally();
        var ids = await subject.SeedAsync(count, Bodies.LocalAndStreamed);
        await Task.Delay(Settle);
        var measurement = new Measurement(subject.Process);
        var before = ProcessUsage.Of(subject.Process);

        var streams = new EventStream?[count];
        await Callers.RunAsync(subject.Endpoint, 64, count, tally, async (_, i) => streams[i] = await EventStream.OpenAsync(subject.Endpoint, subject.Routes.Events(ids[i]), size: 2048));
        var readers = streams.OfType<EventStream>().Select(stream => new ChunkReader(stream, tally)).ToArray();
        var reading = readers.Select(static reader => Task.Run(() => reader.ReadAsync(1, ordered: true))).ToArray();
        await Task.Delay(Settle);

        var opened = ProcessUsage.Of(subject.Process);
        await Task.Delay(Idle);
        var idled = ProcessUsage.Of(subject.Process);
        await ProbeAsync(subject, ids, readers, reading, tally);
        foreach (var stream in streams) stream?.Dispose();
        return
        [
            measurement.Value(name + "-memory", (opened.RssMegabytes - before.RssMegabytes) * 1024 / count, "kB", tally),
            measurement.Value(name + "-cores", opened.CoresUntil(idled) * 1000 / count, "cores", tally) with { Note = "per 1,000" },
        ];
    }

    static async Task ProbeAsync(Subject subject, string[] ids, ChunkReader[] readers, Task[] reading, Tally tally)
    {
        await Callers.RunAsync(subject.Endpoint, 8, ids.Length, tally, (connection, i) =>
            connection.CallAsync("POST", Routes.Push(ids[i]), Bodies.Chunks(subject.Routes.Organization, ids[i], 0, 1, 16)).AsTask());
        await Task.WhenAll(reading).WaitAsync(Subject.Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        tally.Missing += readers.Count(static r => r.Received == 0);
    }
}
