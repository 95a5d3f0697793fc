using System.Text.Encodings.Web;
using System.Text.Json;
using Tasklight.Bench.Limits;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Models;
using Tasklight.Bench.Report;
using Tasklight.Bench.Scenarios;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench;

/// <summary>The whole run: a server of our own, limits and scenarios in turn, round after round.</summary>
sealed class Suite(BenchOptions options, Recorder recorder)
{
    const string Key = "tl_benchmark_key_that_is_long_enough_0123456789";
    const string Organization = "bench";

    readonly string _data = Path.Combine(options.Out, $"data-{Environment.ProcessId}");
    int _round;

    public async Task RunAsync()
    {
        Directory.CreateDirectory(_data);
        try
        {
            await using var kestrel = await ServerProcess.StartAsync(Environment.ProcessPath!, static url => ["kestrel", url]);
            await RunRoundsAsync(kestrel);
            await RunStreamsAsync(kestrel);
            await RunWorkerAsync();
            await RunAgentsAsync();
            await RunIdleAsync();
            await RunHistoryAsync();
        }
        finally
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    async Task RunRoundsAsync(ServerProcess kestrel)
    {
        if (!new[] { "limits", "create", "e2e", "single", "get", "drain" }.Any(options.Wants)) return;
        await using var server = await StartServerAsync("main");
        var subject = await SubjectAsync(server, "bench");
        var count = options.Size(10_000, 30_000);
        await EndToEndScenario.RunAsync(subject, "warm", 64, 3000, WorkerPattern.Leased, watch: true);
        for (_round = 1; _round <= options.Rounds; _round++)
        {
            Console.Error.WriteLine($"round {_round}");
            await StepAsync("limits", () => DiskFlush.Run(_data, "limit-flush"));
            await StepAsync("limits", () => SqliteCeiling.Run(_data, "limit-sqlite-insert", wholeLife: false, 64, TimeSpan.FromSeconds(1)));
            await StepAsync("limits", () => SqliteCeiling.Run(_data, "limit-sqlite-life", wholeLife: true, 64, TimeSpan.FromSeconds(1.5)));
            await StepAsync("limits", () => KestrelCeiling.EchoAsync(kestrel.Endpoint, kestrel.Id, "limit-echo-16", 16, count * 4));
            await StepAsync("limits", () => KestrelCeiling.EchoAsync(kestrel.Endpoint, kestrel.Id, "limit-echo-64", 64, count * 4));
            await StepAsync("create", () => CreateScenario.RunAsync(subject, "create-64", 64, count * 2));
            await StepAsync("create", () => CreateScenario.RunAsync(subject, "create-1", 1, count / 10), static f => f with { Name = "create-1-p50", Value = f.P50 ?? 0, Unit = "ms" });
            await StepAsync("e2e", () => EndToEndScenario.RunAsync(subject, "e2e-worker", 64, count, WorkerPattern.Leased, watch: false));
            await StepAsync("e2e", () => EndToEndScenario.RunAsync(subject, "e2e-stream", 64, count, WorkerPattern.Leased, watch: true));
            await StepAsync("e2e", () => EndToEndScenario.RunAsync(subject, "e2e-python", 64, count / 2, WorkerPattern.PythonSdk, watch: false));
            await StepAsync("single", () => EndToEndScenario.RunAsync(subject, "single", 1, count / 10, WorkerPattern.Leased, watch: true));
            await StepAsync("get", () => GetScenario.RunAsync(subject, "get-16", 16, count * 2));
            await StepAsync("drain", () => DrainScenario.RunAsync(subject, "drain", count / 2));
        }
    }

    async Task RunStreamsAsync(ServerProcess kestrel)
    {
        if (!new[] { "fan-out", "push", "stop", "reconnect" }.Any(options.Wants)) return;
        await using var server = await StartServerAsync("main");
        var subject = await SubjectAsync(server, "streams");
        var events = options.Size(200, 500);
        await FanOutScenario.RunAsync(subject, "warm", 200, events, 20);
        for (_round = 1; _round <= options.Rounds; _round++)
        {
            Console.Error.WriteLine($"round {_round}");
            await StepAsync("fan-out", () => KestrelCeiling.FanOutAsync(kestrel.Endpoint, kestrel.Id, "limit-fan-out", 1000, events));
            await StepAsync("fan-out", () => FanOutScenario.RunAsync(subject, "fan-out", 1000, events, 20));
            await StepAsync("push", () => PushScenario.RunAsync(subject, "push-1", 1, options.Size(100_000, 300_000), 50));
            await StepAsync("push", () => PushScenario.RunAsync(subject, "push-100", 100, options.Size(100_000, 300_000), 50));
            await StepAsync("push", () => PushScenario.RunAsync(subject, "push-single", 64, options.Size(20_000, 60_000), 1));
            await StepAsync("stop", () => StopScenario.RunAsync(subject, "stop", 200));
            await StepAsync("reconnect", () => ReconnectScenario.RunAsync(subject, "reconnect", 200));
        }
    }

    /// <summary>One process of the library works through all rounds; beside each, the same tasks with the bare calls.</summary>
    async Task RunWorkerAsync()
    {
        if (!options.Wants("worker")) return;
        await using var server = await StartServerAsync("worker");
        var bare = await SubjectAsync(server, "bare");
        var subject = await SubjectAsync(server, "library");
        await using var worker = WorkerProcess.Start(subject, slots: 64);
        var library = new WorkerLibraryScenario(subject, worker);
        var count = options.Size(7_000, 20_000);
        await EndToEndScenario.RunAsync(bare, "warm", 64, 3000, WorkerPattern.Leased, watch: false);
        await library.RunAsync("warm", 64, 3000);
        for (_round = 1; _round <= options.Rounds; _round++)
        {
            Console.Error.WriteLine($"round {_round}");
            await StepAsync("worker", () => EndToEndScenario.RunAsync(bare, "worker-bare", 64, count, WorkerPattern.Leased, watch: false));
            await StepAsync("worker", () => library.RunAsync("worker-library", 64, count));
        }
    }

    /// <summary>The server runs the agents itself. Those that run all at once do so in servers of their own: it is their peak that counts.</summary>
    async Task RunAgentsAsync()
    {
        if (!options.Wants("agents")) return;
        await using var model = await ModelDouble.StartAsync();
        await using (var server = await StartServerAsync("agents", ModelSettings(model)))
        {
            var one = new AgentsScenario([await SubjectAsync(server, "one", AgentsScenario.Definition("one", model))], model);
            await one.RunOneAsync("warm", 30, 20);
            for (_round = 1; _round <= options.Rounds; _round++)
            {
                Console.Error.WriteLine($"round {_round}");
                await StepAsync("agents", () => DiskFlush.Run(_data, "limit-flush"));
                await StepAsync("agents", () => one.RunOneAsync("agent-turn", options.Size(20, 60), 20));
            }
        }

        for (_round = 1; _round <= options.Rounds; _round++)
        {
            await using var server = await StartServerAsync($"agents-{_round}", ModelSettings(model));
            var all = new Subject[200];
            for (var i = 0; i < all.Length; i++) all[i] = await SubjectAsync(server, $"agent {i}", AgentsScenario.Definition($"agent {i}", model));
            await StepAsync("agents", () => new AgentsScenario(all, model).RunAllAsync("agents-200", options.Size(20, 40)));
        }
    }

    /// <summary>Memory is measured on servers that have done nothing else: a heap that was large before would hide the cost.</summary>
    async Task RunIdleAsync()
    {
        if (!options.Wants("idle")) return;
        for (_round = 1; _round <= Math.Min(3, options.Rounds); _round++)
        {
            await using (var server = await StartServerAsync("idle"))
            {
                await Task.Delay(3000);
                await StepAsync("idle", () => new Measurement(server.Id).Value("idle-memory", ProcessUsage.Of(server.Id).RssMegabytes, "MB", new Tally()));
                var subject = await SubjectAsync(server, "idle");
                await StepAsync("idle", () => IdleSubscribersScenario.RunAsync(subject, "idle-subscriber", options.Size(1000, 5000)));
            }

            await using (var server = await StartServerAsync("idle"))
            {
                var subject = await SubjectAsync(server, "idle");
                await subject.SeedAsync(2000, Bodies.Local);
                await Task.Delay(3000);
                await StepAsync("idle", () => IdleWorkersScenario.RunAsync(subject, "idle-worker", options.Size(200, 500)));
            }
        }
    }

    async Task RunHistoryAsync()
    {
        if (!options.Wants("history")) return;
        var count = options.Size(3000, 10_000);
        await using (var server = await StartServerAsync("history"))
        {
            var subject = await SubjectAsync(server, "history");
            await subject.SeedAsync(1000, Bodies.Local, finish: true);
            await CreateScenario.RunAsync(await SubjectAsync(server, "warm"), "warm", 16, 10_000);
            await MeasureHistoryAsync(subject, await SubjectAsync(server, "other"), "small", count);
            await subject.SeedAsync(options.History - 1000, Bodies.Local, finish: true);
            await MeasureHistoryAsync(subject, subject, "history", count);
        }

        for (_round = 1; _round <= 3; _round++)
        {
            await using var again = await StartServerAsync("history");
            await StepAsync("history", () => new Measurement(again.Id).Value("start-history", again.StartTime.TotalSeconds, "s", new Tally()));
        }
    }

    async Task MeasureHistoryAsync(Subject listed, Subject created, string size, int count)
    {
        for (_round = 1; _round <= options.Rounds; _round++)
        {
            await StepAsync("history", () => ListScenario.RunAsync(listed, $"list-{size}", 4, count));
            await StepAsync("history", () => CreateScenario.RunAsync(created, $"create-{size}", 16, count));
        }
    }

    Task StepAsync(string group, Func<Figure> run) => StepAsync(group, () => Task.FromResult<Figure[]>([run()]));

    Task StepAsync(string group, Func<Task<Figure>> run, Func<Figure, Figure>? shape = null) =>
        StepAsync(group, async () => new[] { shape is null ? await run() : shape(await run()) });

    async Task StepAsync(string group, Func<Task<Figure[]>> run)
    {
        if (!options.Wants(group)) return;
        foreach (var figure in await run()) recorder.Add(figure with { Round = _round });
    }

    static (string Name, string Value)[] ModelSettings(ModelDouble model) => [("TASKLIGHT_MODELS_DOUBLE_URL", model.Url), ("TASKLIGHT_FETCH_ALLOW", "127.0.0.1")];

    Task<ServerProcess> StartServerAsync(string store, params (string Name, string Value)[] variables) => ServerProcess.StartAsync(
        options.Server,
        url => ["--urls", url, "--data", Path.Combine(_data, store), "--log-level", "warning"],
        Key,
        [("TASKLIGHT_BOOTSTRAP_KEY", Key), ("TASKLIGHT_BOOTSTRAP_ORGANIZATION", Organization), .. variables]);

    static async Task<Subject> SubjectAsync(ServerProcess server, string agent, byte[]? definition = null)
    {
        using var connection = new HttpConnection(server.Endpoint);
        await connection.CallAsync("POST", "/v1/agents", definition ?? JsonSerializer.SerializeToUtf8Bytes(new { name = agent }));
        var id = JsonPeek.Text(connection.Body, "id"u8) ?? throw new IOException("The new agent has no id.");
        return new Subject(server.Endpoint, new Routes(Organization, UrlEncoder.Default.Encode(id)), server.Id);
    }
}
