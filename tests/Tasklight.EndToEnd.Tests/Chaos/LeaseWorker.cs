using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.Baseline;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>
/// A worker process that speaks the wire's extensions by hand: a stable instance id, leases on every write, and patience with a server that is
/// killed again and again.
/// </summary>
sealed class LeaseWorker : IAsyncDisposable
{
    // The rhythm of a process of its own: how often it beats, and how long it stays away after a break. No test waits for either.
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    readonly CancellationTokenSource _life = new();
    readonly RetryingClient _client;
    readonly HttpClient _http;
    readonly Uri _address;
    readonly string _key;
    readonly string _organization;
    readonly string _agent;
    readonly Func<LeaseRun, CancellationToken, Task<string>> _handler;
    readonly ConcurrentDictionary<string, LeaseRun> _runs = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    readonly ConcurrentQueue<string> _ids = new();
    string _id = "";

    LeaseWorker(ServerProcess server, string agent, int slots, Func<LeaseRun, CancellationToken, Task<string>> handler)
    {
        (_address, _key, _organization, _agent, _handler) = (server.Address, ServerProcess.Key, ServerProcess.Organization, agent, handler);
        _client = new(_address, _key);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        Slots = slots;
    }

    public string Instance { get; } = $"instance-{Guid.NewGuid():N}";
    public int Slots { get; }

    /// <summary>Runs whose handler began, by lease.</summary>
    public ICollection<LeaseRun> Runs => _runs.Values;

    /// <summary>The ids it was registered under; the same one as long as its session lives.</summary>
    public IReadOnlyCollection<string> Ids => _ids;

    public static LeaseWorker Start(ServerProcess server, string agent, int slots, Func<LeaseRun, CancellationToken, Task<string>> handler)
    {
        var worker = new LeaseWorker(server, agent, slots, handler);
        _ = Task.Run(worker.ListenAsync);
        _ = Task.Run(worker.BeatAsync);
        return worker;
    }

    /// <summary>The process is gone: nothing more is read, beaten or saved.</summary>
    public void Kill()
    {
        _life.Cancel();
        _http.Dispose();
        _client.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        return ValueTask.CompletedTask;
    }

    async Task ListenAsync()
    {
        while (!_life.IsCancellationRequested)
        {
            try
            {
                using var stream = await SseConnection.OpenAsync(
                    _http,
                    $"{_address}{_organization}/events/{_agent}?environment=local",
                    _key,
                    _life.Token,
                    ("Tasklight-Instance", Instance),
                    ("Tasklight-Slots", $"{Slots}"));
                while (await stream.NextAsync(_life.Token) is { } sse)
                    Take(sse);
            }
            catch (Exception) when (!_life.IsCancellationRequested)
            {
                // Killed, starting, or 503: again.
            }

            await Task.Delay(Pause, _life.Token);
        }
    }

    void Take(SseEvent sse)
    {
        if (sse.Event == "worker-registration")
        {
            _id = JsonNode.Parse(sse.Data)!["id"]!.GetValue<string>();
            _ids.Enqueue(_id);
        }

        // An offer that was not yet confirmed when a server died comes again under its lease; it is the same run.
        if (sse.Event == "agent-execution" && _seen.TryAdd(sse.Id, true))
        {
            var task = JsonNode.Parse(sse.Data)!;
            var run = new LeaseRun(task["id"]!.GetValue<string>(), task["input"]!["text"]!.GetValue<string>(), sse.Id);
            _ = Task.Run(() => RunAsync(run));
        }
    }

    async Task RunAsync(LeaseRun run)
    {
        try
        {
            if (await PatchAsync(run, new() { ["status"] = "executing" }) != HttpStatusCode.OK)
                return;

            _runs[run.Lease] = run;
            var result = await _handler(run, _life.Token);
            if (await PatchAsync(run, new() { ["status"] = "completed", ["result"] = result }) == HttpStatusCode.OK)
                run.Acknowledged = result;
        }
        catch (OperationCanceledException)
        {
            // Killed.
        }
    }

    async Task<HttpStatusCode> PatchAsync(LeaseRun run, JsonObject patch) =>
        (await _client.SendAsync(HttpMethod.Patch, $"/agent-execution/{run.TaskId}/update", patch, _life.Token, run.Lease)).Status;

    async Task BeatAsync()
    {
        while (!_life.IsCancellationRequested)
        {
            try
            {
                if (_id.Length > 0)
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, $"{_address}{_organization}/events/{_id}?type=worker&agent_id={_agent}");
                    request.Headers.Add("x-api-key", _key);
                    request.Content = JsonContent.Create(new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["event"] = "worker-heartbeat", ["data"] = null });
                    using var answer = await _http.SendAsync(request, _life.Token);
                }
            }
            catch (HttpRequestException)
            {
                // The next one then.
            }

            await Task.Delay(Beat, _life.Token);
        }
    }
}
