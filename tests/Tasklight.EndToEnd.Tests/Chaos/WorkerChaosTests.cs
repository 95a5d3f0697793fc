using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Tasklight.EndToEnd.Tests.Sdk;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>
/// Workers of the library over slow wires that are cut and stall, with a server that is killed or restarted, handlers that raise and events of a megabyte. No task is
/// lost or left hanging, no result counts twice, and a handler runs twice only when a cut outlasts its session.
/// </summary>
public sealed class WorkerChaosTests
{
    const int Seed = 4_711;
    const int Slots = 8;
    const int MostOpen = 24;
    const int Megabyte = 1 << 20;

    static readonly bool IsLong = Environment.GetEnvironmentVariable("TASKLIGHT_TEST_LONG") == "1";

    readonly ConcurrentQueue<HandlerRun> _runs = new();
    readonly Lock _lock = new();
    TaskCompletionSource _nextBlow = Until.Signal();
    bool _isOver;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_lost_hangs_counts_twice_or_runs_twice()
    {
        await using var server = await ServerProcess.StartAsync(PatientServer.Patience);
        var agent = await server.Api.CreateAgentAsync();
        await using var first = new FlakyProxy(server.Address, Seed);
        await using var second = new FlakyProxy(server.Address, Seed + 1);
        await using var one = Start("one", first, agent);
        await using var two = Start("two", second, agent);
        using var client = new RetryingClient(server.Address, ServerProcess.Key);
        using var end = new CancellationTokenSource();
        var creating = Task.Run(() => CreateAsync(client, agent, end.Token), Token);

        await BlowAsync(server, [first, second], creating);
        await end.CancelAsync();
        var texts = await creating;
        CalmDown();

        foreach (var (id, text) in texts)
            await EndsAsync(server.Api, id, text);
        await Eventually.HoldsAsync(async () => await SlotsInUseAsync(server.Api, agent) == 0, "all slots are free");
        var runs = _runs.ToLookup(static run => run.TaskId, StringComparer.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine($"{texts.Count} tasks, {_runs.Count} runs, {first.Cuts + second.Cuts} connections cut, {client.Retries} retries of clients");
        foreach (var id in texts.Keys)
            await HoldsAsync(server.Api, id, [.. runs[id]]);
    }

    [Fact]
    public async Task A_cut_that_outlasts_the_session_runs_the_task_elsewhere_and_the_late_result_counts_for_nothing()
    {
        // Five heartbeats: the other one must not fall silent by the machine's slowness.
        await using var server = await ServerProcess.StartAsync("--sessions-expiry-closed", "10s", "--sessions-expiry-open", "10s");
        var agent = await server.Api.CreateAgentAsync();
        await using var wire = new FlakyProxy(server.Address, Seed);
        await using var direct = new FlakyProxy(server.Address, Seed + 1);
        var (begun, release, cancelled) = (Until.Signal(), Until.Signal(), Until.Signal());
        await using var away = StartWith("away", wire, agent, async context =>
        {
            begun.TrySetResult();
            await release.Task;
            try
            {
                context.Task.InternalStatus = "too late";
                await context.Task.SaveAsync(ct: Token);
            }
            catch (LeaseLostException) when (context.Cancelled.IsCancellationRequested)
            {
                cancelled.TrySetResult();
            }

            return "too late";
        });
        var id = (await server.Api.CreateTaskAsync(agent, "whose?"))["id"]!.GetValue<string>();
        await begun.Task.InTime();
        wire.Hold();
        await using var other = StartWith("other", direct, agent, static context => Task.FromResult("in time"));

        var ended = await server.Api.BecomesAsync(id, "completed");
        release.TrySetResult();
        wire.Release();
        await cancelled.Task.InTime();

        var after = await server.Api.GetTaskAsync(id);
        Assert.Equal(("in time", 2, null), (after["result"]!.GetValue<string>(), after["attempt"]!.GetValue<int>(), after["internal_status"]?.GetValue<string>()));
        Assert.Equal(ended["finished_at"]!.GetValue<string>(), after["finished_at"]!.GetValue<string>());
        Assert.Single(await server.Api.LogAsync(id), static e => e["type"]!.GetValue<string>() == "task_finished");

        // It is no worse a worker for it, once it is the only one.
        await other.LeaveAsync();
        var next = (await server.Api.CreateTaskAsync(agent, "go on"))["id"]!.GetValue<string>();
        await server.Api.BecomesAsync(next, "completed");
    }

    RunningWorker Start(string name, FlakyProxy wire, string agent) => StartWith(name, wire, agent, context => HandleAsync(name, context));

    static RunningWorker StartWith(string name, FlakyProxy wire, string agent, Func<TaskContext, Task<string>> handler) => RunningWorker.Start(
        new AgentWorker(
            new WorkerOptions
            {
                Configuration = new() { BaseUrl = wire.Address, ApiKey = ServerProcess.Key, OrganizationId = ServerProcess.Organization, AgentId = agent },
                InstanceId = name,
                MaxConcurrency = Slots,
                ShutdownGrace = TimeSpan.Zero,
            },
            NullLogger<AgentWorker>.Instance).OnTask(handler));

    async Task<string> HandleAsync(string worker, TaskContext context)
    {
        var text = context.Task.Input.Text!;
        var run = new HandlerRun(context.Task.Id, worker, text, context.Task.Attempt);
        _runs.Enqueue(run);
        await TellAsync(context, run, $"{text} begins");
        switch (text.Split(' ')[0])
        {
            case "large":
                await TellAsync(context, run, new string('x', Megabyte));
                break;
            case "over":
                await NextBlow().WaitAsync(context.Cancelled);
                break;
            case "save":
                context.Task.InternalStatus = text;
                await context.Task.SaveAsync(ct: context.Cancelled);
                break;
            case "raise":
                run.Raised = $"{text} raised by {worker}";
                throw new InvalidOperationException(run.Raised);
        }

        await TellAsync(context, run, $"{text} ends");
        return run.Result = $"{text} done by {worker}";
    }

    static async Task TellAsync(TaskContext context, HandlerRun run, string text)
    {
        await context.ChunkAsync(text);
        run.Told.Add(text);
    }

    /// <summary>Creates tasks of all kinds, a few of them open at once, and answers their texts by id.</summary>
    async Task<Dictionary<string, string>> CreateAsync(RetryingClient client, string agent, CancellationToken end)
    {
        string[] kinds = ["plain", "large", "save", "plain", "raise", "save", "over", "plain"];
        var created = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!end.IsCancellationRequested)
        {
            var text = $"{kinds[created.Count % kinds.Length]} {created.Count}";
            var body = new JsonObject { ["input"] = new JsonObject { ["text"] = text } };
            var answer = await client.ChangeAsync(HttpMethod.Post, $"/agent-execution/{agent}", body, Token);
            created.Add(answer["id"]!.GetValue<string>(), text);
            await Eventually.HoldsAsync(() => end.IsCancellationRequested || created.Count - _runs.Count < MostOpen, "the workers keep up");
        }

        return created;
    }

    /// <summary>Blow after blow, each after some more runs have begun.</summary>
    async Task BlowAsync(ServerProcess server, FlakyProxy[] wires, Task creating)
    {
        var random = new Random(Seed);
        var blows = IsLong ? 300 : 12;
        for (var blow = 1; blow <= blows; blow++)
        {
            await MoreRunsAsync(random.Next(4, 16), creating);
            await BlowAsync(blow % 12, server, wires, wires[random.Next(wires.Length)], creating);
            Interlocked.Exchange(ref _nextBlow, Until.Signal()).TrySetResult();
        }
    }

    async Task BlowAsync(int kind, ServerProcess server, FlakyProxy[] wires, FlakyProxy wire, Task creating)
    {
        switch (kind)
        {
            case 0:
                await server.TerminateAsync();
                await server.StartAgainAsync();
                break;
            case 6:
                await server.KillAsync();
                await server.StartAgainAsync();
                break;
            case 3 or 9:
                Array.ForEach(wires, static each => each.Cut());
                break;
            case 4 or 10:
                wire.Hold();
                await MoreRunsAsync(4, creating);
                wire.Release();
                break;
            default:
                wire.Cut();
                break;
        }
    }

    Task MoreRunsAsync(int runs, Task creating)
    {
        var moment = _runs.Count + runs;
        return Eventually.HoldsAsync(() => creating.IsFaulted || _runs.Count >= moment, "more runs begin");
    }

    Task NextBlow()
    {
        lock (_lock)
            return _isOver ? Task.CompletedTask : _nextBlow.Task;
    }

    void CalmDown()
    {
        lock (_lock)
            _isOver = true;
        _nextBlow.TrySetResult();
    }

    static async Task EndsAsync(RestApi api, string id, string text)
    {
        try
        {
            await Eventually.HoldsAsync(async () => (await api.GetTaskAsync(id))["status"]!.GetValue<string>() is "completed" or "error", text);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"'{text}' hangs ({await api.WhyAsync(id)}): {(await api.GetTaskAsync(id)).ToJsonString()}");
        }
    }

    static async Task<int> SlotsInUseAsync(RestApi api, string agent) =>
        (await api.SendAsync(HttpMethod.Get, $"/v1/workers?agent_id={agent}")).AsArray().Sum(static worker => worker!["slots_in_use"]!.GetValue<int>());

    static string Cut(string text) => text.Length > 400 ? text[..400] : text;

    static async Task HoldsAsync(RestApi api, string id, HandlerRun[] runs)
    {
        var run = Assert.Single(runs);
        var task = await api.GetTaskAsync(id);
        Assert.Equal((run.Raised is null ? "completed" : "error", run.Raised ?? run.Result), (task["status"]!.GetValue<string>(), task["result"]?.GetValue<string>()));
        var log = await api.LogAsync(id);
        Assert.True(task["attempt"]!.GetValue<int>() == 1, $"'{run.Text}' was delivered again: {string.Join('\n', log.Select(static e => Cut(e.ToJsonString())))}");
        Assert.Equal(Enumerable.Range(1, log.Count), log.Select(static e => e["sequence"]!.GetValue<int>()));
        Assert.Single(log, static e => e["type"]!.GetValue<string>() == "task_finished");
        Assert.Equal(run.Told, log.Where(static e => e["type"]!.GetValue<string>() == "chunk").Select(static e => e["data"]!.GetValue<string>()));
        if (run.Text.StartsWith("save", StringComparison.Ordinal))
            Assert.Equal(run.Text, task["internal_status"]!.GetValue<string>());
    }
}
