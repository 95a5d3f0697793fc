using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.Baseline;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>
/// Unmodified workers whose calls are refused, answered 503 or lose their answers at random, whose streams are cut, and who die of it, while
/// clients stop tasks and go on with the next turn. Whatever happens, every turn ends once, and with its own answer.
/// </summary>
public sealed class StormTests
{
    const int Seed = 1_871;
    const int Threads = 40;
    const int Workers = 4;
    const int Turns = 4;

    readonly ConcurrentBag<string> _trouble = [];
    BaselineOptions _options = null!;

    static bool IsLong => Environment.GetEnvironmentVariable("TASKLIGHT_TEST_LONG") == "1";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_turn_ends_once_and_with_its_own_answer()
    {
        for (var round = 0; round < (IsLong ? 20 : 1); round++)
            await StormAsync(Seed + round);
    }

    async Task StormAsync(int seed)
    {
        await using var server = await ServerFixture.StartAsync(
            "--sessions-expiry-closed", "4s", "--sessions-expiry-open", "4s", "--sessions-adoption-wait", "3s");
        _options = server.Baseline(await server.CreateAgentAsync()) with { TimeScale = 0.25 };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var api = new RestApi(new(server.BaseUrl), server.Key);
        Task[] workers = [.. Enumerable.Range(0, Workers).Select(i => Task.Run(() => KeepWorkingAsync(i, new Random(seed + i), end.Token)))];
        Task[] clients = [.. Enumerable.Range(0, Threads).Select(i => Task.Run(() => TalkAsync(api, $"thread-{i}", new Random(seed * 1000 + i))))];

        await Task.WhenAll(clients);
        await end.CancelAsync();
        await Task.WhenAll(workers);

        Assert.True(_trouble.IsEmpty, $"seed {seed}: {string.Join("; ", _trouble)}");
        for (var i = 0; i < Threads; i++)
            await HoldsAsync(api, $"thread-{i}", seed);
    }

    /// <summary>A supervisor: when the worker dies of its troubles, it starts the next one.</summary>
    async Task KeepWorkingAsync(int machine, Random random, CancellationToken end)
    {
        var options = _options with { Address = new([127, 0, 0, (byte)(10 + machine)]) };
        while (!end.IsCancellationRequested)
        {
            var worker = BaselineWorker.Start(options, (task, cancel) => WorkAsync(task, random, cancel));
            await using var running = worker;
            worker.Network.Interfere = call => InterfereWith(worker, call, random);
            await Task.WhenAny(worker.Exited, Until.CancelledAsync(end));
        }
    }

    static async Task<BaselineTask?> WorkAsync(BaselineTask task, Random random, CancellationToken cancel)
    {
        var text = task.Text;
        for (var saves = Next(random, 6); saves > 0; saves--)
        {
            task.Fields["internal_status"] = $"{saves} to go";
            await task.SaveAsync(cancel);
        }

        task.Result = $"answer to {text}";
        return task;
    }

    static NetworkFault InterfereWith(BaselineWorker worker, RecordedCall call, Random random)
    {
        if (call.Method == "GET" && call.Name != "GET status")
            return NetworkFault.None;

        var fate = Next(random, 600);
        if (fate == 0)
        {
            worker.Network.Cut();
            worker.Network.Mend();
        }

        // The client does not look at the status of its worker's posts: a 503 there takes the word for good.
        return fate switch
        {
            < 10 when call.Name.StartsWith("POST", StringComparison.Ordinal) => NetworkFault.Refused,
            < 5 => NetworkFault.Refused,
            < 10 => NetworkFault.Unavailable,
            < 13 => NetworkFault.AnswerLost,
            _ => NetworkFault.None,
        };
    }

    /// <summary>A conversation: turn after turn, some of them stopped at some moment and continued at once.</summary>
    async Task TalkAsync(RestApi api, string id, Random random)
    {
        for (var turn = 1; turn <= Turns; turn++)
        {
            await api.CreateTaskAsync(_options.AgentId, $"question {turn} of {id}", new() { ["id"] = id });
            if (random.Next(3) == 0)
            {
                var after = random.Next(6);
                await Eventually.HoldsAsync(async () => (await api.LogAsync(id)).Count >= after || IsOver(await api.GetTaskAsync(id)), "the moment of the stop");
                await api.StopTaskAsync(id);
            }

            try
            {
                await Eventually.HoldsAsync(async () => IsOver(await api.GetTaskAsync(id)), $"turn {turn} of {id} ends");
            }
            catch (TimeoutException problem)
            {
                _trouble.Add($"{problem.Message} ({await api.WhyAsync(id)}): {(await api.GetTaskAsync(id)).ToJsonString()}");
                return;
            }
        }
    }

    static bool IsOver(JsonNode task) => task["status"]!.GetValue<string>() is "completed" or "error" or "stopped" or "failed";

    static async Task HoldsAsync(RestApi api, string id, int seed)
    {
        var log = await api.LogAsync(id);
        Assert.Equal(Enumerable.Range(1, log.Count), log.Select(static e => e["sequence"]!.GetValue<int>()));
        var lifecycle = log.Where(static e => e["type"]!.GetValue<string>() is "task_created" or "task_finished").ToList();
        Assert.Equal(Enumerable.Repeat<string[]>(["task_created", "task_finished"], Turns).SelectMany(static types => types), lifecycle.Select(static e => e["type"]!.GetValue<string>()));
        for (var turn = 0; turn < Turns; turn++)
        {
            var asked = lifecycle[2 * turn]["data"]!["input"]!["text"]!.GetValue<string>();
            var ended = lifecycle[(2 * turn) + 1]["data"]!;
            if (ended["status"]!.GetValue<string>() == "completed")
                Assert.True($"answer to {asked}" == ended["result"]?.GetValue<string>(), $"seed {seed}: '{asked}' was answered by '{ended["result"]}'");
        }
    }

    static int Next(Random random, int below)
    {
        lock (random)
            return random.Next(below);
    }
}
