using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

/// <summary>The platform as a worker sees it: a stream of frames, tasks that take every PATCH, and an ear for posts.</summary>
internal sealed class StubPlatform : IAsyncDisposable
{
    private readonly Channel<string> _frames = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<string, JsonObject> _tasks = new();
    private StubServer _server = null!;

    /// <summary>Under which id the worker is registered.</summary>
    public string WorkerId { get; set; } = "worker-1";

    /// <summary>Answers a call in the place of the platform, when not null.</summary>
    public Func<StubCall, StubAnswer?> Override { get; set; } = _ => null;

    public static async Task<StubPlatform> StartAsync()
    {
        var platform = new StubPlatform();
        platform._server = await StubServer.StartAsync(platform.Answer);
        return platform;
    }

    /// <summary>What workers say.</summary>
    public RecordedLog Log { get; } = new();

    public AgentWorker Worker(Action<WorkerOptions>? configure = null, HttpClient? http = null)
    {
        var options = new WorkerOptions
        {
            Configuration = new Configuration(_ => null)
            {
                BaseUrl = _server.BaseUrl,
                ApiKey = "secret",
                OrganizationId = StubTask.Organization,
                AgentId = StubTask.Agent,
            },
            InstanceId = "instance-1",
            ShutdownGrace = TimeSpan.Zero,
        };
        configure?.Invoke(options);
        return new AgentWorker(options, Log, http);
    }

    /// <summary>Gives a task to the worker.</summary>
    public void Dispatch(string? lease, string taskId = "task-1", Action<AgentTaskFields>? change = null)
    {
        Send(StubTask.Frame("agent-execution", Create(taskId, change), lease));
    }

    /// <summary>A task that nobody is given; answers it as its creator got it.</summary>
    public string Create(string taskId = "task-1", Action<AgentTaskFields>? change = null)
    {
        var json = StubTask.Json(task =>
        {
            task.Id = taskId;
            change?.Invoke(task);
        });
        _tasks[taskId] = JsonNode.Parse(json)!.AsObject();
        return json;
    }

    /// <summary>Changes a task as somebody else than the worker does.</summary>
    public void Change(string key, string json, string taskId = "task-1")
    {
        lock (_tasks[taskId])
        {
            _tasks[taskId][key] = JsonNode.Parse(json);
        }
    }

    public void StopTask(string lease, string taskId = "task-1") =>
        Send(StubTask.Frame("task-stop", $$"""{"task_id":"{{taskId}}","lease_id":"{{lease}}","reason":"a test"}"""));

    /// <summary>Breaks the worker's connection.</summary>
    public void Cut() => Send("cut");

    public void Send(string frame) => _frames.Writer.TryWrite(frame);

    public Task<StubCall> NextAsync(Func<StubCall, bool> matches) => _server.NextAsync(matches);

    public Task<StubCall> PatchAsync(string status) => NextAsync(call => call.Method == "PATCH" && call.Value("status") == status);

    public Task<StubCall> PostAsync(string name) => NextAsync(call => call.Method == "POST" && call.Value("event") == name);

    public IReadOnlyList<StubCall> Rest() => _server.Rest();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private StubAnswer Answer(StubCall call)
    {
        if (Override(call) is { } answer)
        {
            return answer;
        }

        return call switch
        {
            { Method: "GET", Path: "/organization-1/events/agent-1" } => StubAnswer.Stream(StreamAsync()),
            { Method: "PATCH" } => StubAnswer.Ok(Patched(call)),
            { Method: "GET" } when call.Path.EndsWith("/status", StringComparison.Ordinal) => StubAnswer.Ok(_tasks[call.Path.Split('/')[2]].ToJsonString()),
            _ => StubAnswer.Ok("""{"ok": true}"""),
        };
    }

    private string Patched(StubCall call)
    {
        var task = _tasks[call.Path.Split('/')[2]];
        lock (task)
        {
            foreach (var (key, value) in JsonNode.Parse(call.Body)!.AsObject())
            {
                task[key] = value?.DeepClone();
            }

            return task.ToJsonString();
        }
    }

    private async IAsyncEnumerable<string> StreamAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        var asset = new DeployedAsset { Id = WorkerId, Name = "w", OrganizationId = StubTask.Organization };
        yield return StubTask.Frame("worker-registration", JsonSerializer.Serialize(asset, ProtocolJson.Default.DeployedAsset));
        await foreach (var frame in _frames.Reader.ReadAllAsync(ct))
        {
            yield return frame == "cut" ? throw new StubCutException() : frame;
        }
    }
}
