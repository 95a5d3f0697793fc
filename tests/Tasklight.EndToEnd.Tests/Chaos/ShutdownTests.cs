using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.Baseline;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>SIGTERM: an orderly end of every stream, and nobody notices more than a pause.</summary>
public sealed class ShutdownTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_ends_in_time_with_open_streams_and_nothing_is_redelivered()
    {
        await using var server = await ServerProcess.StartAsync(PatientServer.Patience);
        var options = await server.BaselineAsync();
        var runs = new Runs();
        await using var baseline = await BaselineWorker.StartRegisteredAsync(options, runs.HandleAsync);
        using var client = new BaselineClient(options);
        var first = await client.CreateAsync("over the restart", Token, more: new() { ["events_streaming"] = true });
        var run = await runs.NextAsync();

        var leaseAgent = await server.Api.CreateAgentAsync();
        var (begun, finish) = (Until.Signal(), Until.Signal());
        await using var lease = LeaseWorker.Start(server, leaseAgent, slots: 4, async (_, cancel) =>
        {
            begun.TrySetResult();
            await finish.Task.WaitAsync(cancel);
            return "done";
        });
        var second = (await server.Api.CreateTaskAsync(leaseAgent, "over the restart too"))["id"]!.GetValue<string>();
        await begun.Task.InTime();
        Task<List<BaselineEvent>>[] streams = [.. Enumerable.Range(0, 50).Select(_ => first.EventsAsync(Token).ToListAsync(Token).AsTask())];
        await Eventually.HoldsAsync(() => client.Network.Calls.Count(static c => c.Name == "GET events" && c.Status == 200) == 50, "all streams are open");

        // The worker lives for nine seconds without a server, which is less than a slow machine may take to start one.
        baseline.Network.Hold();
        var took = await server.TerminateAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"ended after {took.TotalSeconds:0.0} s");
        Assert.True(took < Eventually.StopCeiling, $"It took {took.TotalSeconds:0.0} s to end.");

        // A broken stream would raise here.
        foreach (var stream in streams)
            Assert.DoesNotContain(await stream.InTime(), static e => e.Type == "task_finished");

        await server.StartAgainAsync(opened: baseline.Network.Release);
        await baseline.RegisteredAsync(2).InTime();
        await Eventually.HoldsAsync(() => lease.Ids.Count >= 2, "the worker with leases is back");
        Assert.Equal(baseline.Ids[0], baseline.Ids[1]);
        Assert.Single(lease.Ids.Distinct(StringComparer.Ordinal));
        run.Finish("done");
        finish.TrySetResult();

        foreach (var task in new[] { first.Id, second })
            Assert.Equal(1, (await server.Api.BecomesAsync(task, "completed"))["attempt"]!.GetValue<int>());
        Assert.Equal(1, runs.Count(first.Id));
        Assert.Single(lease.Runs);
    }

    [Fact]
    public async Task While_it_stops_and_starts_the_server_says_of_nothing_that_exists_that_it_does_not()
    {
        await using var server = await ServerProcess.StartAsync();
        var agent = await server.Api.CreateAgentAsync();
        var task = (await server.Api.CreateTaskAsync(agent, "stay", new() { ["events_streaming"] = true }))["id"]!.GetValue<string>();
        var answers = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] callers =
        [
            CallAsync(HttpMethod.Get, $"/agent-execution/{task}/status"),
            CallAsync(HttpMethod.Get, $"/v1/tasks/{task}"),
            CallAsync(HttpMethod.Patch, $"/agent-execution/{task}/update", new JsonObject { ["title"] = "stays" }),
            CallAsync(HttpMethod.Post, $"/agent-execution/{task}/events/push", new JsonArray(new JsonObject
            {
                ["type"] = "chunk", ["task_id"] = task, ["organization_id"] = ServerProcess.Organization, ["time"] = "2026-05-13T10:00:00Z", ["data"] = "on and on",
            })),
            CallAsync(HttpMethod.Get, $"/agents/{agent}"),
        ];

        for (var restart = 0; restart < 3; restart++)
        {
            await server.TerminateAsync();
            await server.StartAgainAsync();
        }

        var taken = answers.Values.Sum();
        await Eventually.HoldsAsync(() => answers.Values.Sum() > taken + 10, "the server answers after the last restart");
        await over.CancelAsync();
        await Task.WhenAll(callers);
        Assert.All(answers.Keys, static answer => Assert.Matches(" (200|503)$", answer));

        async Task CallAsync(HttpMethod method, string path, JsonNode? body = null)
        {
            await Task.Yield();
            while (!over.IsCancellationRequested)
            {
                try
                {
                    using var answer = await server.Api.TrySendAsync(method, path, body);
                    answers.AddOrUpdate($"{method} {path} {(int)answer.StatusCode}", 1, static (_, count) => count + 1);
                }
                catch (HttpRequestException)
                {
                    // Nobody is there, or the connection was cut: the caller knows nothing, and is told nothing wrong.
                }
            }
        }
    }
}
