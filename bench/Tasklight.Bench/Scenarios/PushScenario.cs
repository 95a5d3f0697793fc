using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>Chunks pushed by many callers, counted when the push is answered, hence durable; afterwards every log is read and checked.</summary>
static class PushScenario
{
    const int Callers = 16;
    const int Filling = 20;

    public static async Task<Figure> RunAsync(Subject subject, string name, int tasks, int events, int batch)
    {
        var tally = new Tally();
        var ids = await subject.SeedAsync(tasks, Bodies.LocalAndStreamed);
        var calls = events / batch / tasks * tasks;
        var measurement = new Measurement(subject.Process);
        var time = await Load.Callers.RunAsync(subject.Endpoint, Callers, calls, tally, async (connection, i) =>
        {
            var task = ids[i % tasks];
            await connection.CallAsync("POST", Routes.Push(task), Bodies.Chunks(subject.Routes.Organization, task, i / tasks * batch, batch, Filling));
        });
        var figure = measurement.Rate(name, (long)calls * batch, time, tally);
        await CheckAsync(subject, ids, calls / tasks * batch, tally);
        return figure with { Missing = tally.Missing, OutOfOrder = tally.OutOfOrder, Errors = tally.Errors, FirstError = tally.FirstError };
    }

    static async Task CheckAsync(Subject subject, string[] tasks, int eventsOfTask, Tally tally)
    {
        foreach (var task in tasks)
        {
            using var stream = await EventStream.OpenAsync(subject.Endpoint, subject.Routes.Events(task), size: 65536);
            var reader = new ChunkReader(stream, tally);
            await reader.ReadAsync(eventsOfTask, ordered: false).WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            tally.Missing += eventsOfTask - reader.Received;
        }
    }
}
