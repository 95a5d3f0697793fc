using System.Net;
using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.Baseline;

namespace Tasklight.EndToEnd.Tests.Laws;

/// <summary>A worker with leases whose every step a test takes by hand: it heartbeats, and otherwise does what it is told.</summary>
sealed class WireWorker : IAsyncDisposable
{
    // A worker's rhythm, in which it is heard; no test waits for it.
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    readonly CancellationTokenSource _life = new();
    readonly HttpClient _http;
    readonly SharedServer _server;
    readonly string _agent;
    readonly SseConnection _stream;

    WireWorker(SharedServer server, string agent, HttpClient http, SseConnection stream) => (_server, _agent, _http, _stream) = (server, agent, http, stream);

    /// <summary>The worker id of its registration.</summary>
    public string Id { get; private set; } = "";

    public static async Task<WireWorker> ConnectAsync(SharedServer server, string agent, int slots = 1)
    {
        var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var stream = await SseConnection.OpenAsync(
            http,
            $"{server.Address}{SharedServer.Organization}/events/{agent}?environment=local",
            SharedServer.Key,
            TestContext.Current.CancellationToken,
            ("Tasklight-Instance", $"instance-{Guid.NewGuid():N}"),
            ("Tasklight-Slots", $"{slots}"));
        var worker = new WireWorker(server, agent, http, stream);
        worker.Id = (await worker.NextAsync("worker-registration")).Data["id"]!.GetValue<string>();
        _ = Task.Run(worker.BeatAsync);
        return worker;
    }

    /// <summary>The next frame, which must have this name: its data and its id, the lease of a dispatch.</summary>
    public async Task<(JsonNode Data, string Lease)> NextAsync(string name)
    {
        var sse = await _stream.NextAsync(_life.Token).InTime();
        Assert.Equal(name, sse?.Event);
        return (JsonNode.Parse(sse!.Data)!, sse.Id);
    }

    /// <summary>Saves and shows a lease; returns the answer's status and code.</summary>
    public async Task<(HttpStatusCode Status, string? Code)> SaveAsync(string task, string lease, JsonObject patch)
    {
        using var answer = await _server.Api.TrySendAsync(HttpMethod.Patch, $"/agent-execution/{task}/update", patch, ("Tasklight-Lease", lease));
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(_life.Token));
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : body!["code"]!.GetValue<string>());
    }

    /// <summary>Tells the server something on the worker's own route.</summary>
    public Task TellAsync(string name, JsonNode? data) => _server.Api.SendAsync(
        HttpMethod.Post,
        $"/{SharedServer.Organization}/events/{Id}?type=worker&agent_id={_agent}",
        new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["event"] = name, ["data"] = data });

    public ValueTask DisposeAsync()
    {
        _life.Cancel();
        _stream.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task BeatAsync()
    {
        while (!_life.IsCancellationRequested)
        {
            await TellAsync("worker-heartbeat", null);
            await Task.Delay(Beat, _life.Token);
        }
    }
}
