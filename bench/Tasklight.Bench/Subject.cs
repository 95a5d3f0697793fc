using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench;

/// <summary>The server under test: where it is, whom to speak as, and its process (0 when unknown).</summary>
sealed record Subject(Endpoint Endpoint, Routes Routes, int Process)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<string> CreateAsync(HttpConnection connection, byte[] body)
    {
        await connection.CallAsync("POST", Routes.Create, body);
        return JsonPeek.Text(connection.Body, "id"u8) ?? throw new IOException("A create was answered without an id.");
    }

    /// <summary>Tasks to measure with; whatever goes wrong ends the scenario.</summary>
    public async Task<string[]> SeedAsync(int count, byte[] body, bool finish = false)
    {
        var (ids, tally) = (new string[count], new Tally());
        await Callers.RunAsync(Endpoint, 64, count, tally, async (connection, i) =>
        {
            ids[i] = await CreateAsync(connection, body);
            if (finish) await connection.CallAsync("PATCH", Routes.Update(ids[i]), Bodies.Completed);
        });
        return tally.Clean ? ids : throw new InvalidOperationException($"Seeding {count} tasks failed: {tally}");
    }
}
