using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Api;
using Tasklight.Server.Dispatch;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;
using Tasklight.Server.Storage.Sqlite;
using Tasklight.Server.Tests.Access;

namespace Tasklight.Server.Tests.Dispatch;

/// <summary>Dispatch over real Kestrel, with a clock of its own. The gate is replaced: the key's text is the key's id.</summary>
sealed class DispatchServer : IAsyncDisposable
{
    public const string Organization = "org-1";
    public const string Agent = "agent-1";

    // A test's clock leaps, which is no standstill.
    static readonly DispatchOptions Moved = new() { Standstill = TimeSpan.MaxValue };

    // Longer than any test's time: what time asks for is done by PassAsync alone, and all of it when that returns.
    static readonly TimeSpan Never = TimeSpan.FromDays(49);

    readonly WebApplication _app;
    readonly string _data;
    readonly SqliteStore _store;
    int _tasks;
    bool _isStopped;

    DispatchServer(WebApplication app, string data, SqliteStore store, TestClock clock)
    {
        _app = app;
        _data = data;
        _store = store;
        Clock = clock;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Http = new HttpClient(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = new Uri(address) };
        Http.DefaultRequestHeaders.Add("x-api-key", "key-1");
    }

    public TestClock Clock { get; }
    public HttpClient Http { get; }
    public WorkerHub Hub => _app.Services.GetRequiredService<WorkerHub>();
    public TaskService Service => _app.Services.GetRequiredService<TaskService>();
    public WhyService Why => _app.Services.GetRequiredService<WhyService>();

    public static Task<DispatchServer> StartAsync(DispatchOptions? options = null) =>
        StartAsync(Directory.CreateTempSubdirectory("tasklight-dispatch-").FullName, new TestClock(), options ?? Moved);

    /// <summary>Stops this server and starts another one on what it left.</summary>
    public async Task<DispatchServer> RestartAsync(TimeSpan away)
    {
        await ShutDownAsync();
        await CloseAsync();
        Clock.Advance(away);
        return await StartAsync(_data, Clock, Moved);
    }

    static async Task<DispatchServer> StartAsync(string data, TestClock clock, DispatchOptions options)
    {
        var store = SqliteStore.Open(new SqliteOptions(Path.Combine(data, "tasklight.db")), clock);
        await store.SaveAgentAsync(new StoredAgent(Organization, Agent, Agent, 1, "{}"u8.ToArray(), "{}"u8.ToArray(), clock.GetUtcNow(), clock.GetUtcNow()));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(options with { SessionSweep = Never, TaskSweep = Never, Pruning = Never });
        builder.Services.AddSingleton<ITaskStore>(store).AddSingleton<ISessionStore>(store).AddSingleton<IDirectoryStore>(store).AddSingleton<ILoginStore>(store);
        builder.Services.AddSingleton<ISecretBox, ReversingBox>().AddSingleton<TaskSecrets>().AddSingleton<TaskService>();
        builder.Services.AddTasklightAgents();
        builder.Services.AddTasklightDispatch();

        var app = builder.Build();
        store.Listener = app.Services.GetRequiredService<WorkerHub>();
        app.Use((context, next) =>
        {
            var key = context.Request.Headers["x-api-key"].ToString();
            context.Features.Set(new Caller(Organization, key, key, Scope.All));
            return next(context);
        });
        app.MapWorkers();
        app.MapWhy();
        await app.StartAsync(TestContext.Current.CancellationToken);
        foreach (var step in app.Services.GetServices<IStartupStep>())
        {
            await step.StartAsync(TestContext.Current.CancellationToken);
        }

        return new DispatchServer(app, data, store, clock);
    }

    /// <summary>Opens a stream and returns as soon as its headers are there.</summary>
    public async Task<WorkerConnection> ConnectAsync(string? instance = null, int? slots = null, string? environment = null, string key = "key-1", string agent = Agent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/events/{agent}?environment={environment ?? "local"}/", UriKind.Relative));
        request.Headers.Add("x-api-key", key);
        if (instance is not null)
        {
            request.Headers.Add(TasklightHeaders.Instance, instance);
        }

        if (slots is not null)
        {
            request.Headers.Add(TasklightHeaders.Slots, $"{slots}");
        }

        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var lines = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        return new WorkerConnection(Http, response, lines, agent);
    }

    public async Task<WorkerConnection> WorkerAsync(string? instance = null, int? slots = null, string? environment = null) =>
        await (await ConnectAsync(instance, slots, environment)).RegisteredAsync();

    /// <summary>A baseline worker's first stream after a break: it is ended in order, which sets the client's count of failures back.</summary>
    public async Task EndInOrderAsync()
    {
        using var stream = await ConnectAsync();
        Assert.Null(await stream.NextAsync());
    }

    /// <summary>Opens the stream on which a baseline worker continues its session after a break, and returns when it waits for a beat.</summary>
    public async Task<WorkerConnection> ConnectAgainAsync()
    {
        await EndInOrderAsync();
        return await WaitingAsync();
    }

    /// <summary>Opens a baseline worker's stream past its orderly end, and returns when it waits for a beat: headers come before that.</summary>
    public async Task<WorkerConnection> WaitingAsync()
    {
        var others = Waiting();
        var stream = await ConnectAsync();
        await Eventually.HoldsAsync(() => Waiting() > others, "the stream waits for a beat");
        return stream;
    }

    /// <summary>Waits until nobody claims, so that what is queued then is offered in its own commit: a worker that comes starts the claim loop.</summary>
    public Task ClaimsRestAsync() => Eventually.HoldsAsync(() => Sessions.Wake() && Sessions.Rest(), "the claim loop rests");

    /// <summary>Creates a task and returns its id.</summary>
    public async Task<string> CreateAsync(Action<AgentTaskFields>? with = null, string? pin = null, byte[]? secrets = null, string? id = null)
    {
        id ??= $"task-{Interlocked.Increment(ref _tasks)}";
        var fields = new AgentTaskFields
        {
            Id = id,
            AgentId = Agent,
            OrganizationId = Organization,
            Source = "sdk",
            Input = new AgentExecutionInput { Text = "Count the words" },
        };
        with?.Invoke(fields);
        await ApplyAsync(new TaskCommand.Create(Organization, id, Service.Now, new NewTurn(fields) { Pin = pin, Secrets = secrets }));
        return id;
    }

    /// <summary>A save that shows a lease, or, without one, as a baseline worker sends it.</summary>
    public Task SaveAsync(string taskId, AgentExecutionStatus status, string? lease = null) =>
        ApplyAsync(new TaskCommand.Save(Organization, taskId, Service.Now, new TaskPatch { Status = status }, lease));

    /// <summary>A new task that the worker has taken and begun under its lease.</summary>
    public async Task<(string Id, string Lease)> ExecutingAsync(WorkerConnection worker)
    {
        var id = await CreateAsync();
        var lease = (await worker.TaskAsync()).Id;
        await SaveAsync(id, AgentExecutionStatus.Executing, lease);
        return (id, lease);
    }

    public Task StopAsync(string taskId) => ApplyAsync(new TaskCommand.Stop(Organization, taskId, Service.Now, "tester"));

    public async Task<TaskRecord> TaskAsync(string taskId) => (await _store.FindAsync(Organization, taskId))!;

    /// <summary>Lets time pass and does what it asks for.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        Clock.Advance(span);
        await _app.Services.GetRequiredService<SessionSweeper>().RunAsync();
        await _app.Services.GetRequiredService<TaskSweeper>().RunAsync();
    }

    /// <summary>Waits until the server has seen that a stream was closed.</summary>
    public Task ClosedAsync(string workerId) => Eventually.HoldsAsync(() => Session(workerId) is not { IsOpen: true }, "the stream is known to be closed");

    public SessionView? Session(string workerId) => Hub.Views(Organization).SingleOrDefault(view => view.Stored.Id == workerId);

    /// <summary>Begins the shutdown and waits for its end.</summary>
    public Task ShutDownAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>The session as a restart would find it.</summary>
    public async Task<StoredSession?> StoredAsync(string workerId) => (await _store.SessionsAsync()).SingleOrDefault(stored => stored.Session.Id == workerId).Session;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    async Task CloseAsync()
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        Http.Dispose();
        await _app.DisposeAsync();
        _store.Dispose();
    }

    AgentSessions Sessions => Hub.AgentWithWorkers(new(Organization, Agent))!;

    int Waiting()
    {
        lock (Sessions.Gate)
            return Sessions.Waiting.Count;
    }

    async Task ApplyAsync(TaskCommand command)
    {
        var outcome = await Service.ApplyAsync(command);
        Assert.IsType<TaskDecision.Change>(outcome.Decision);
    }
}
