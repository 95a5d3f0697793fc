using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Api;
using Tasklight.Server.Events;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;
using Tasklight.Server.Storage.Sqlite;

namespace Tasklight.Server.Tests.Events;

/// <summary>The event endpoints on a real Kestrel and a real store, with a clock that tests move. Keys are left to the gate's own tests.</summary>
sealed class EventsHost : IAsyncDisposable
{
    public const string Org = "org-1";
    public const string AgentId = "agent-1";
    public const string TaskId = "task-1";
    const string OrganizationHeader = "test-organization";

    readonly string _directory = Directory.CreateTempSubdirectory("tasklight-events-").FullName;
    readonly CancellationTokenSource _deadline = new(5 * Eventually.Ceiling);
    readonly WebApplication _app;

    EventsHost(Action<IServiceCollection>? with)
    {
        Store = SqliteStore.Open(new SqliteOptions(Path.Combine(_directory, "events.db")), Clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<ITaskStore>(Store).AddSingleton<TimeProvider>(Clock).AddSingleton<TaskService>().AddSingleton(new LimitOptions());
        builder.Services.AddSingleton<RouteHints>();
        builder.Services.AddTasklightEvents();
        with?.Invoke(builder.Services);
        _app = builder.Build();
        Store.Listener = _app.Services.GetRequiredService<ITaskChangeListener>();
        _app.UseMiddleware<ErrorBoundary>();
        _app.Use(Enter);
        _app.MapTasklightEvents();
    }

    public TestClock Clock { get; } = new();
    public SqliteStore Store { get; }
    public HttpClient Http { get; private set; } = null!;
    public CancellationToken Deadline => _deadline.Token;
    public TaskFeeds Feeds => _app.Services.GetRequiredService<TaskFeeds>();
    public Uri Address => new(_app.Urls.Single());

    public static async Task<EventsHost> StartAsync(Action<IServiceCollection>? with = null)
    {
        var host = new EventsHost(with);
        await host._app.StartAsync(host.Deadline);
        host.Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 5000 }) { BaseAddress = host.Address };
        return host;
    }

    /// <summary>Begins a turn: of a new task, or the next one.</summary>
    public Task<TaskRecord> CreateAsync(Action<AgentTaskFields>? with = null)
    {
        var fields = new AgentTaskFields
        {
            Id = TaskId,
            AgentId = AgentId,
            OrganizationId = Org,
            Source = "sdk",
            EventsStreaming = true,
            Input = new AgentExecutionInput { Text = "Summarise the report" },
        };
        with?.Invoke(fields);
        return ApplyAsync(new TaskCommand.Create(Org, fields.Id, Clock.GetUtcNow(), new NewTurn(fields) { MayContinue = true }));
    }

    public Task<TaskRecord> SaveAsync(AgentExecutionStatus status, string? result = null, string id = TaskId) =>
        ApplyAsync(new TaskCommand.Save(Org, id, Clock.GetUtcNow(), result is null ? new TaskPatch { Status = status } : new TaskPatch { Status = status, Result = result }, null));

    public async Task<TaskRecord> ApplyAsync(TaskCommand command) =>
        Assert.IsType<TaskDecision.Change>((await Store.ApplyAsync(command)).Decision).Task;

    /// <summary>Pushes chunks "from", "from + 1" and so on in one request.</summary>
    public async Task PushChunksAsync(int from, int count, string id = TaskId)
    {
        var events = Enumerable.Range(from, count).Select(n => Event("chunk", $"\"{n}\"", id));
        using var answer = await PushAsync($"[{string.Join(',', events)}]", id);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    public static string Event(string type, string data, string id = TaskId) =>
        $$"""{"type":"{{type}}","task_id":"{{id}}","organization_id":"{{Org}}","time":"2026-05-13T10:12:05Z","data":{{data}}}""";

    public async Task<HttpResponseMessage> PushAsync(string body, string id = TaskId, string organization = Org, string? lease = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/agent-execution/{id}/events/push") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add(OrganizationHeader, organization);
        if (lease is not null)
        {
            request.Headers.Add(TasklightHeaders.Lease, lease);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add(TasklightHeaders.IdempotencyKey, idempotencyKey);
        }

        return await Http.SendAsync(request, Deadline);
    }

    public async Task<HttpResponseMessage> GetAsync(string path, string? lastEventId = null, string? accept = null, string organization = Org)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(OrganizationHeader, organization);
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation(TasklightHeaders.LastEventId, lastEventId);
        }

        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Deadline);
    }

    public Task<SseStream> SdkAsync(string? lastEventId = null, string id = TaskId) => StreamAsync($"/agent-execution/{id}/events", lastEventId);

    public Task<SseStream> RestAsync(string? lastEventId = null, string id = TaskId) => StreamAsync($"/v1/tasks/{id}/events", lastEventId);

    public async Task<SseStream> StreamAsync(string path, string? lastEventId = null)
    {
        var response = await GetAsync(path, lastEventId, "text/event-stream");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new SseStream(response, await response.Content.ReadAsStreamAsync(Deadline), Deadline);
    }

    /// <summary>Stops the server in order.</summary>
    /// <param name="timeIsOver">Cancelled when it is to wait for its connections no longer.</param>
    public Task StopAsync(CancellationToken timeIsOver = default) => _app.StopAsync(timeIsOver);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        Store.Dispose();
        _deadline.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    static Task Enter(HttpContext context, RequestDelegate next)
    {
        context.Features.Set(new Caller(context.Request.Headers[OrganizationHeader].ToString(), "key-1", "tester", Scope.All));
        return next(context);
    }
}
