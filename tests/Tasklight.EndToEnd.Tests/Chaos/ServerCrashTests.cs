using Tasklight.EndToEnd.Tests.Baseline;
using Tasklight.EndToEnd.Tests.Sdk;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>kill -9 of the server under load: what it acknowledged is there once, and what ran goes on running (laws 1, 2 and 4).</summary>
public sealed class ServerCrashTests
{
    const int Seed = 20_260_513;
    const int Clients = 4;

    static readonly int Kills = Environment.GetEnvironmentVariable("TASKLIGHT_TEST_LONG") == "1" ? 100 : 5;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_and_nothing_runs_twice()
    {
        await using var server = await ServerProcess.StartAsync(PatientServer.Patience);
        var agent = await server.Api.CreateAgentAsync();
        var crashes = new Crashes();
        await using var one = LeaseWorker.Start(server, agent, slots: 8, crashes.HandleAsync);
        await using var two = LeaseWorker.Start(server, agent, slots: 8, crashes.HandleAsync);
        using var http = new RetryingClient(server.Address, ServerProcess.Key);
        using var end = new CancellationTokenSource();
        var random = new Random(Seed);
        LoadingClient[] clients = [.. Enumerable.Range(0, Clients).Select(i => new LoadingClient(http, server.Address, agent, new Random(random.Next()), $"client-{i}"))];
        Task[] loads = [.. clients.Select(client => Task.Run(() => client.RunAsync(end.Token, Token)))];

        for (var kill = 1; kill <= Kills; kill++)
        {
            // A random moment: behind so many acknowledgements, wherever the next ones are.
            var moment = clients.Sum(static client => client.Acknowledged) + random.Next(50, 250);
            await Eventually.HoldsAsync(
                () => loads.Any(static load => load.IsFaulted) || clients.Sum(static client => client.Acknowledged) >= moment,
                $"load before kill {kill}");
            await server.KillAsync();
            if (random.Next(4) == 0)
                await server.DieWhileStartingAsync();
            await server.StartAgainAsync();
            crashes.Happened();
        }

        await end.CancelAsync();
        await Task.WhenAll(loads);
        crashes.AreOver();
        TaskStory[] stories = [.. clients.SelectMany(static client => client.Stories)];
        TestContext.Current.TestOutputHelper?.WriteLine($"{stories.Length} tasks, {clients.Sum(c => c.Acknowledged)} acknowledgements, {http.Retries} retries, {Kills} kills");

        LeaseRun[] runs = await AllEndAsync(server.Api, stories, [one, two]);
        Assert.Equal(stories.Length, (await server.Api.SendAsync(HttpMethod.Get, $"/v1/agents/{agent}/tasks?per_page=1"))["total"]!.GetValue<int>());
        Assert.All([one, two], static worker => Assert.Single(worker.Ids.Distinct(StringComparer.Ordinal)));
        var byTask = runs.ToLookup(static run => run.TaskId, StringComparer.Ordinal);
        foreach (var story in stories)
            await HoldsAsync(server.Api, story, [.. byTask[story.Id]]);
    }

    [Fact]
    public async Task A_baseline_worker_that_comes_back_in_time_keeps_its_runs()
    {
        await using var server = await ServerProcess.StartAsync(PatientServer.Patience);
        var options = await server.BaselineAsync();
        var runs = new Runs();
        await using var worker = await BaselineWorker.StartRegisteredAsync(options, runs.HandleAsync);
        using var client = new BaselineClient(options);
        var created = new List<BaselineTask>();
        var running = new List<Runs.Run>();
        for (var i = 0; i < 3; i++)
        {
            created.Add(await client.CreateAsync($"task {i}", Token));
            running.Add(await runs.NextAsync());
        }

        await server.KillAsync();
        worker.Network.Hold();
        await server.StartAgainAsync(opened: worker.Network.Release);
        await worker.RegisteredAsync(2).InTime();
        Assert.Equal(worker.Ids[0], worker.Ids[1]);

        // What is made now comes down the new stream behind anything that would be given again.
        created.Add(await client.CreateAsync("after the crash", Token));
        running.Add(await runs.NextAsync());
        Assert.Equal(created[^1].Id, running[^1].Task.Id);
        foreach (var run in running)
            run.Finish($"done: {run.Task.Text}");

        foreach (var task in created)
        {
            var done = await server.Api.BecomesAsync(task.Id, "completed");
            Assert.Equal($"done: {task.Text}", done["result"]!.GetValue<string>());
            Assert.Equal(1, done["attempt"]!.GetValue<int>());
            Assert.Equal(1, runs.Count(task.Id));
        }
    }

    [Fact]
    public async Task A_worker_of_the_SDK_works_on_over_the_crash()
    {
        await using var server = await ServerProcess.StartAsync(PatientServer.Patience);
        var configuration = new Configuration
        {
            BaseUrl = server.Address.ToString(),
            ApiKey = ServerProcess.Key,
            OrganizationId = ServerProcess.Organization,
            AgentId = await server.Api.CreateAgentAsync(),
            RetryFor = TimeSpan.FromSeconds(60),
        };
        var (runs, begun, finish) = (0, Until.Signal(), Until.Signal());
        await using var worker = RunningWorker.Start(configuration, async context =>
        {
            Interlocked.Increment(ref runs);
            await context.ChunkAsync("before");
            begun.TrySetResult();
            await finish.Task.WaitAsync(context.Cancelled);
            await context.ChunkAsync("after");
            return "done";
        });
        var task = await new Tasks(configuration).CreateAsync(configuration.AgentId, "go on", eventsStreaming: true, ct: Token);
        var reading = task.EventsAsync(Token).ToListAsync(Token).AsTask();
        await begun.Task.InTime();

        await server.KillAsync();
        await server.StartAgainAsync();
        finish.TrySetResult();

        var events = await reading.InTime();
        Assert.Equal(["before", "after"], events.Select(static update => update.AsChunk()).OfType<string>());
        Assert.Equal((1, 1, "done"), (runs, events[^1].AsTask()!.Attempt, events[^1].AsTask()!.Result));
    }

    /// <summary>Waits until every task has ended and every run was answered.</summary>
    static async Task<LeaseRun[]> AllEndAsync(RestApi api, TaskStory[] stories, LeaseWorker[] workers)
    {
        foreach (var story in stories)
        {
            await Eventually.HoldsAsync(
                async () => (await api.GetTaskAsync(story.Id))["status"]!.GetValue<string>() is "completed" or "stopped",
                $"task {story.Id} ({story.Text}) ends");
        }

        LeaseRun[] runs = [.. workers.SelectMany(static worker => worker.Runs)];
        return runs;
    }

    static async Task HoldsAsync(RestApi api, TaskStory story, LeaseRun[] runs)
    {
        var task = await api.GetTaskAsync(story.Id);
        var status = task["status"]!.GetValue<string>();
        Assert.True(runs.Length <= 1, $"{story.Text} ran {runs.Length} times");
        if (runs is [{ Acknowledged: { } result }])
            Assert.Equal(("completed", result), (status, task["result"]!.GetValue<string>()));
        if (story.StoppedAs is not null)
            Assert.Equal(story.StoppedAs, status);
        if (status == "stopped")
            Assert.Null(task["result"]);
        else
            Assert.Single(runs);
        if (story.Title is not null)
            Assert.Equal(story.Title, task["title"]!.GetValue<string>());

        await LogHoldsAsync(api, story, status);
    }

    static async Task LogHoldsAsync(RestApi api, TaskStory story, string status)
    {
        var log = await api.LogAsync(story.Id);
        Assert.Equal(Enumerable.Range(1, log.Count), log.Select(static e => e["sequence"]!.GetValue<int>()));
        Assert.Equal("task_created", log[0]["type"]!.GetValue<string>());
        var finished = Assert.Single(log, static e => e["type"]!.GetValue<string>() == "task_finished");
        Assert.Equal(status, finished["data"]!["status"]!.GetValue<string>());
        if (story.Watch is not null)
            Assert.Equal(Enumerable.Range(1, finished["sequence"]!.GetValue<int>()).Select(static n => (long)n), await story.Watch.InTime());
        Assert.Equal(story.Pushed, log.Where(static e => e["type"]!.GetValue<string>() == "chunk").Select(static e => e["data"]!.GetValue<string>()));
    }

    /// <summary>Lets some runs last over the next crash.</summary>
    sealed class Crashes
    {
        TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        volatile bool _areOver;

        public async Task<string> HandleAsync(LeaseRun run, CancellationToken cancel)
        {
            if (run.Text.StartsWith("over", StringComparison.Ordinal) && !_areOver)
                await Volatile.Read(ref _next).Task.WaitAsync(cancel);

            return $"done: {run.Text}";
        }

        public void Happened() =>
            Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

        public void AreOver()
        {
            _areOver = true;
            Happened();
        }
    }
}
