using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>
/// Stands in for one unmodified Python worker process (an <c>@on_task</c> handler): the same calls in the same order, the same waits, and
/// the same deaths. It ends by itself with an exit code, or by <see cref="Kill"/>.
/// </summary>
sealed class BaselineWorker : IAsyncDisposable
{
    const int Attempts = 5;
    const int PlanRetries = 50;

    readonly BaselineHandler _handler;
    readonly BaselineClient _client;
    readonly JsonObject? _localTest;
    readonly SemaphoreSlim _slots;
    readonly CancellationTokenSource _life = new();
    readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<string> _ids = [];
    readonly Lock _lock = new();
    CancellationTokenSource? _heartbeat;

    // What a frame raises ends the process; what the connection raises is a failed attempt.
    bool _inFrame;
    TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    BaselineWorker(BaselineOptions options, BaselineHandler handler, JsonObject? localTest)
    {
        _handler = handler;
        _localTest = localTest;
        _client = new BaselineClient(options);
        _slots = new(options.Slots, options.Slots);
    }

    /// <summary>Its exit code: 1 after too many failures or a frame it cannot take, 0 after a local test or a conflict.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>Why it ended, when it ended with 1.</summary>
    public Exception? Cause { get; private set; }

    public string? Conflict { get; private set; }
    public Network Network => _client.Network;

    /// <summary>The ids it was registered under, oldest first.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_lock)
                return [.. _ids];
        }
    }

    public static BaselineWorker Start(BaselineOptions options, BaselineHandler handler, JsonObject? localTest = null)
    {
        var worker = new BaselineWorker(options, handler, localTest);
        worker.Track(worker.ListenAsync);
        return worker;
    }

    /// <summary>Starts one and returns when it is registered.</summary>
    public static async Task<BaselineWorker> StartRegisteredAsync(BaselineOptions options, BaselineHandler handler)
    {
        var worker = Start(options, handler);
        await worker.RegisteredAsync(1).InTime();
        return worker;
    }

    /// <summary>Returns when it has been registered this many times.</summary>
    /// <exception cref="InvalidOperationException">It ended before; says why.</exception>
    public async Task RegisteredAsync(int times)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_ids.Count >= times)
                    return;

                next = _registered.Task;
            }

            if (await Task.WhenAny(next, _exited.Task) == _exited.Task)
                throw new InvalidOperationException($"The worker ended with {await _exited.Task} after {Ids.Count} of {times} registrations.", Cause);
        }
    }

    /// <summary>kill -9: its sockets are reset, nothing more is sent, handlers are gone.</summary>
    public void Kill()
    {
        _exited.TrySetResult(137);
        Network.Die();
        _life.Cancel();
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        return ValueTask.CompletedTask;
    }

    async Task ListenAsync()
    {
        var attempt = 1;
        while (true)
        {
            Exception broken;
            try
            {
                using var stream = await _client.OpenWorkerStreamAsync(_life.Token);
                while (true)
                {
                    if (await stream.NextAsync(_life.Token) is not { } sse)
                    {
                        attempt = 1;
                        await BackOffAsync(1);
                        break;
                    }

                    if (!await TakeAsync(sse))
                    {
                        Exit(0);
                        return;
                    }
                }

                continue;
            }
            catch (Exception problem) when (!_inFrame && (problem is HttpRequestException or IOException or ObjectDisposedException or ModelException))
            {
                broken = problem;
            }

            // A successful connect does not forgive earlier failures, only an orderly end does.
            if (attempt >= Attempts)
            {
                Exit(1, broken);
                return;
            }

            await BackOffAsync(attempt++);
        }
    }

    async Task<bool> TakeAsync(SseEvent sse)
    {
        _inFrame = true;
        switch (sse.Event)
        {
            case "worker-environment-conflict":
                Conflict = Models.Conflict.Read(JsonNode.Parse(sse.Data))["error"]!.GetValue<string>();
                return false;
            case "worker-registration":
                await RegisterAsync(Models.Asset.Read(JsonNode.Parse(sse.Data))["id"]!.GetValue<string>());
                break;
            case "agent-execution":
                await DispatchAsync(BaselineTask.FromAnswer(JsonNode.Parse(sse.Data), _client));
                break;
        }

        _inFrame = false;
        return true;
    }

    async Task RegisterAsync(string id)
    {
        if (_localTest is not null)
            await StartLocalTestAsync(id);

        // From now on the new id is kept alive, and no more the old one.
        _heartbeat?.Cancel();
        _heartbeat = CancellationTokenSource.CreateLinkedTokenSource(_life.Token);
        var token = _heartbeat.Token;
        Track(() => BeatAsync(id, token));

        TaskCompletionSource registered;
        lock (_lock)
        {
            _ids.Add(id);
            (registered, _registered) = (_registered, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        registered.TrySetResult();
    }

    async Task StartLocalTestAsync(string id)
    {
        var more = (JsonObject)_localTest!.DeepClone();
        more["worker_id"] = id;
        more["run_locally"] = true;
        more["source"] = "sdk";
        var prompt = more["prompt"]!.GetValue<string>();
        more.Remove("prompt");
        var task = await _client.CreateAsync(prompt, _life.Token, more: more);
        Track(() => RunAsync(task, 0));
    }

    async Task DispatchAsync(BaselineTask task)
    {
        var worker = Ids.Count > 0 ? Ids[^1] : throw new ModelException("agent-execution came before worker-registration");

        // With no slot free it stops reading its stream here.
        await _slots.WaitAsync(_life.Token);
        if (_slots.CurrentCount == 0)
            await PostAsync(worker, "worker-capacity-update", new JsonObject { ["is_busy"] = true }, _life.Token);

        Track(() => RunInSlotAsync(worker, task));
    }

    async Task RunInSlotAsync(string worker, BaselineTask task)
    {
        try
        {
            await RunAsync(task, 0);
        }
        catch (Exception problem) when (problem is BaselineException)
        {
            // A lost final save reaches nobody; the slot is freed all the same.
        }

        _slots.Release();
        await PostAsync(worker, "worker-capacity-update", new JsonObject { ["is_busy"] = false }, _life.Token);
    }

    async Task RunAsync(BaselineTask task, int retry)
    {
        string? error = null;
        try
        {
            await task.SetStatusAsync("executing", _life.Token);
            task = await _handler(task, _life.Token)
                ?? throw new InvalidOperationException("Function 'handler' must return an instance of Task, got NoneType");

            // The next attempt runs inside this one, which then saves its own end once more.
            if (!await task.CanFinishAsync(_life.Token) && retry < PlanRetries)
                await RunAsync(task, retry + 1);
        }
        catch (Exception problem) when (!_life.IsCancellationRequested)
        {
            error = problem.Message;
        }

        _life.Token.ThrowIfCancellationRequested();
        await FinishAsync(task, error);
    }

    async Task FinishAsync(BaselineTask task, string? error)
    {
        var (tokens, tools) = (task.Tokens?.DeepClone(), task.Fields["used_tools"]?.DeepClone());
        if (error is not null)
            (task.Result, task.Status) = (error, "error");
        else if (task.Status == "executing")
            task.Status = "completed";

        if (task.Fields["output_format"]?.GetValue<string>() == "json" && task.Result?.GetValueKind() is JsonValueKind.Object or JsonValueKind.Array)
            task.Result = task.Result.ToJsonString();

        await task.SaveAsync(_life.Token);
        task.Fields["tokens"] = tokens;
        task.Fields["used_tools"] = tools;
        if (tokens is not null)
            await task.ReportMetricsAsync(_life.Token);

        if (_localTest is not null)
            Exit(0);
    }

    async Task BeatAsync(string id, CancellationToken cancel)
    {
        while (true)
        {
            await PostAsync(id, "worker-heartbeat", DateTime.Now.ToString("yyyy-MM-ddTHH:mm:ss.ffffff"), cancel);
            await Task.Delay(_client.Options.Seconds(2), cancel);
        }
    }

    async Task PostAsync(string worker, string name, JsonNode? data, CancellationToken cancel)
    {
        var message = new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["event"] = name, ["data"] = data };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _client.PostAsWorkerAsync(worker, message, cancel);
                return;
            }
            catch (Exception problem) when (!cancel.IsCancellationRequested && (problem is HttpRequestException or IOException or OperationCanceledException))
            {
                if (attempt < Attempts)
                    await Task.Delay(_client.Options.Seconds(Math.Min(attempt, 3)), cancel);
                else
                    Exit(1, problem);
            }
        }
    }

    Task BackOffAsync(int attempt) => Task.Delay(_client.Options.Seconds(Math.Min(attempt, 3)), _life.Token);

    void Exit(int code, Exception? cause = null)
    {
        Cause = cause;
        if (!_exited.TrySetResult(code))
            return;

        Network.Die();
        _life.Cancel();
    }

    void Track(Func<Task> work) => _ = Task.Run(async () =>
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // It was replaced, or the process is gone.
        }
        catch (Exception problem)
        {
            Exit(1, problem);
        }
    });
}
