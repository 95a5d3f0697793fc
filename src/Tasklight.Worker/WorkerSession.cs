using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Sdk.Http;

namespace Tasklight.Worker;

/// <summary>A worker at work: listens, beats, runs what it is given, and leaves in order.</summary>
#pragma warning disable CA1001 // Its token sources have no timers, so there is nothing to dispose, and a handler that does not listen still needs them when the worker has left.
internal sealed class WorkerSession
#pragma warning restore CA1001
{
    private static readonly TimeSpan CancelledHandlersHave = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastWordsTake = TimeSpan.FromSeconds(3);

    private readonly WorkerOptions _options;
    private readonly ILogger _log;
    private readonly string _agentId;
    private readonly WorkerPosts _posts;
    private readonly WorkerStream _stream;
    private readonly WorkerParts _parts;
    private readonly RunBook _runs = new();
    private readonly WorkerSlots _slots;
    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly string _organizationId;
    private int _invoked;
    private Task? _heartbeats;

    public WorkerSession(WorkerOptions options, WorkerHandler handler, WorkerHooks hooks, HttpClient? http, ILogger log)
    {
        var configuration = options.Configuration;
        _ = Configuration.Required(configuration.ApiKey, nameof(Configuration.ApiKey), "API_KEY");
        var organization = Configuration.Required(configuration.OrganizationId, nameof(Configuration.OrganizationId), "ORGANIZATION_ID");
        _agentId = Configuration.Required(configuration.AgentId, nameof(Configuration.AgentId), "AGENT_ID");
        ConfigurationValidator.Require(configuration);
        (_options, _log, _organizationId) = (options, log, organization);
        _slots = new WorkerSlots(options.MaxConcurrency);
        var transport = new Transport(configuration, http, options.Clock);
        _parts = new WorkerParts(options, transport, new Agents(configuration, http), handler, hooks, log, _leaving.Token);
        var line = new Transport(configuration, http ?? WorkerHttp.Client, options.Clock);
        _posts = new WorkerPosts(line, organization, _agentId, log);
        _stream = new WorkerStream(line, options, organization, _agentId, log);
    }

    /// <summary>The agent whose tasks it runs.</summary>
    public string AgentId => _agentId;

    /// <summary>The worker's time.</summary>
    public TimeProvider Clock => _options.Clock;

    /// <summary>The agent's organization.</summary>
    public string OrganizationId => _organizationId;

    /// <summary>The handler yields events.</summary>
    public bool Yields => _parts.Handler.Yields;

    /// <summary>It takes nothing more.</summary>
    public bool IsLeaving => _leaving.IsCancellationRequested;

    /// <summary>Works until <paramref name="ct"/> is cancelled, then leaves in order and returns.</summary>
    /// <exception cref="InvalidOperationException">The port of the HTTP server is not to be had.</exception>
    /// <exception cref="ModuleException">The server refuses this worker.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        var http = _options.HttpPort is { } port ? InvokeServer.Join(port, this, _log) : null;
        var listening = ListenAsync(_closing.Token);
        try
        {
            await listening.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Told to leave.
        }
        finally
        {
            await LeaveAsync().ConfigureAwait(false);
            await (http?.LeaveAsync(this) ?? Task.CompletedTask).ConfigureAwait(false);
            await _closing.CancelAsync().ConfigureAwait(false);
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (_heartbeats ?? Task.CompletedTask).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Runs a task that somebody brought over HTTP, with that caller's key: whoever may not change the task may not have it run. Such runs are
    /// outside the slots, which are the server's to fill, and at most as many at once as there are slots.
    /// </summary>
    public async Task InvokeAsync(AgentTaskFields task, string apiKey, Invocation invocation)
    {
        var parts = _parts with { Transport = _parts.Transport.With(_options.Configuration.WithKey(apiKey)) };
        var run = new TaskRun(task, leaseId: null, parts, invocation);
        _runs.TryAdd(run);
        await Task.Run(run.RunAsync).ConfigureAwait(false);
        if (invocation is { Ended: null, Refusal: null } && !run.IsOver)
        {
            await EndInvokedAsync(run).ConfigureAwait(false);
        }

        _runs.Remove(run);
    }

    /// <summary>False when as many invoked tasks run as may; true must be followed by <see cref="InvokeEnded"/>.</summary>
    public bool TryBeginInvoke()
    {
        if (Interlocked.Increment(ref _invoked) <= _options.MaxConcurrency)
        {
            return true;
        }

        InvokeEnded();
        return false;
    }

    public void InvokeEnded() => Interlocked.Decrement(ref _invoked);

    /// <summary>Creates a task that no worker is given, runs it here, and answers it as the server has it then. No stream is opened.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled; the task is stopped.</exception>
    /// <exception cref="ModuleException">The task could not be created or fetched.</exception>
    public async Task<AgentTask> TestAsync(LocalTaskTest test, CancellationToken ct)
    {
        var request = new CreateTaskRequest
        {
            Input = test.Input,
            OutputFormat = test.OutputFormat,
            OutputSchema = test.OutputSchema,
            RunLocally = true,
            WorkerId = _options.InstanceId,
            Source = "sdk",
        };
        var task = await SendAsync(TaskRequests.Create(_agentId, request, test.AgentVersion, idempotencyKey: null), ct).ConfigureAwait(false);
        var run = new TaskRun(task, leaseId: null, _parts);
        await using (ct.Register(() => run.Cancel("the test was cancelled")).ConfigureAwait(false))
        {
            await run.RunAsync().ConfigureAwait(false);
        }

        if (ct.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(LastWordsTake, _options.Clock);
            await SendAsync(TaskRequests.Stop(task.Id), limit.Token).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
        }

        return new AgentTask(await SendAsync(TaskRequests.Get(task.Id), ct).ConfigureAwait(false), new TaskLink(_parts.Transport));
    }

    private Task<AgentTaskFields> SendAsync(ApiRequest request, CancellationToken ct) =>
        _parts.Transport.SendAsync(new Call<AgentTaskFields>(request, ProtocolJson.Default.AgentTaskFields), ct);

    private async Task ListenAsync(CancellationToken ct)
    {
        await foreach (var frame in _stream.ReadAsync(ct).ConfigureAwait(false))
        {
            switch (frame.Name)
            {
                case WorkerEventNames.Registration when Read(frame, ProtocolJson.Default.DeployedAsset) is { } asset:
                    Register(asset);
                    break;
                case WorkerEventNames.AgentExecution when Read(frame, ProtocolJson.Default.AgentTaskFields) is { } task:
                    Take(task, frame.Id);
                    break;
                case WorkerEventNames.TaskStop when Read(frame, ProtocolJson.Default.TaskStopSignal) is { } stop:
                    Stop(stop);
                    break;
                case WorkerEventNames.EnvironmentConflict when Read(frame, ProtocolJson.Default.WorkerEnvironmentConflict) is { } conflict:
                    throw new ModuleException(409, $"The server does not take this worker: {conflict.Error}");
                default:
                    // Newer servers may say more than this worker understands.
                    break;
            }
        }
    }

    private T? Read<T>(WorkerFrame frame, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(frame.Data, type);
        }
        catch (JsonException exception)
        {
            _log.FramePassedOver(frame.Name, exception.Message);
            return null;
        }
    }

    private void Register(DeployedAsset asset)
    {
        if (_posts.WorkerId is { } before && before != asset.Id)
        {
            LoseLeases(before);
        }

        _posts.WorkerId = asset.Id;
        _log.Connected(_options.Configuration.BaseUrl, asset.Id, _agentId, _options.MaxConcurrency);
        _heartbeats ??= BeatAsync(_closing.Token);
    }

    // A lease lives as long as its session. Without leases a run may still end as it likes.
    private void LoseLeases(string session)
    {
        foreach (var run in _runs.Running.Where(run => run.LeaseId is not null))
        {
            run.Lose($"the worker was away for too long, session '{session}' has ended");
        }
    }

    private async Task BeatAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            // The next one waits for no answer: of one beat that hangs, on a connection that broke without a word, the session would end.
            _ = _posts.HeartbeatAsync(ct);
            await Task.Delay(_options.HeartbeatInterval, _options.Clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(AgentTaskFields task, string? leaseId)
    {
        if (leaseId is not null && _runs.HasEnded(leaseId))
        {
            // The server missed the end of this run, or it would not send it again.
            _ = TellEndAsync(new TaskLease { TaskId = task.Id, LeaseId = leaseId }, Task.CompletedTask);
            return;
        }

        var run = new TaskRun(task, leaseId, _parts);
        if (!_runs.TryAdd(run))
        {
            return;
        }

        if (_leaving.IsCancellationRequested)
        {
            _runs.HandBack(run);
            return;
        }

        _ = RunAsync(run);
    }

    private async Task RunAsync(TaskRun run)
    {
        try
        {
            // Off the stream's thread: a handler may compute for long before it first awaits.
            await Task.Run(() => run.RunAsync(_slots, () => TellFullAsync(run))).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever breaks a run, its end must be told, or the task would be executing for as long as this worker lives.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _log.RunBroken(exception, run.TaskId);
        }

        if (!run.IsTold && _leaving.IsCancellationRequested && !run.IsOver)
        {
            _runs.HandBack(run);
            return;
        }

        if (!_runs.Remove(run))
        {
            // Handed back: the server knows.
            return;
        }

        if (run.LeaseId is null)
        {
            await _posts.BusyAsync(isBusy: false, LastWordsTake, _closing.Token).ConfigureAwait(false);
        }
        else if (!run.IsTold)
        {
            await TellEndAsync(run.Lease, run.Confirming).ConfigureAwait(false);
        }
    }

    // Servers that give leases were told how many slots there are.
    private Task TellFullAsync(TaskRun run) =>
        run.LeaseId is null ? _posts.BusyAsync(isBusy: true, TimeSpan.Zero, _closing.Token) : Task.CompletedTask;

    // The end comes after the confirmation of a stop, or the record would never show that it was confirmed.
    private async Task TellEndAsync(TaskLease lease, Task confirming)
    {
        await confirming.ConfigureAwait(false);
        await _posts.RunEndedAsync(lease, _options.SaveRetries, _closing.Token).ConfigureAwait(false);
    }

    private void Stop(TaskStopSignal stop)
    {
        var lease = new TaskLease { TaskId = stop.TaskId, LeaseId = stop.LeaseId };
        var confirming = _posts.TaskStoppedAsync(lease, _options.SaveRetries, _closing.Token);
        if (_runs.Find(stop.LeaseId) is not { } run)
        {
            _ = TellEndAsync(lease, confirming);
            return;
        }

        run.Confirming = confirming;
        run.Cancel(stop.Reason ?? "stopped");
    }

    private async Task LeaveAsync()
    {
        await _leaving.CancelAsync().ConfigureAwait(false);
        _log.Leaving(_runs.Running.Count, _options.ShutdownGrace.TotalSeconds);
        await _posts.BusyAsync(isBusy: true, TimeSpan.Zero, _closing.Token).ConfigureAwait(false);
        await _runs.WaitAsync(_options.ShutdownGrace, _options.Clock).ConfigureAwait(false);
        foreach (var run in _runs.Running)
        {
            run.Leave();
        }

        await _runs.WaitAsync(CancelledHandlersHave, _options.Clock).ConfigureAwait(false);
        await Task.WhenAll(_runs.Running.Where(run => run.IsInvoked).Select(EndInvokedAsync)).ConfigureAwait(false);
        var handedBack = _runs.HandBackAll();
        await _posts.FinishedAsync(handedBack, LastWordsTake, _closing.Token).ConfigureAwait(false);
        _log.Left(handedBack.Count);
    }

    // Its handler does not listen, and nobody else would end the task.
    private async Task EndInvokedAsync(TaskRun run)
    {
        run.Cancel(Invocation.LeftText);
        using var limit = new CancellationTokenSource(LastWordsTake, _options.Clock);
        try
        {
            await SendAsync(TaskRequests.Update(run.TaskId, new UpdateTaskRequest { Status = AgentExecutionStatus.Error, Result = Invocation.LeftText }), limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ModuleException or OperationCanceledException)
        {
            _log.NotSaved(run.TaskId, exception.Message);
        }
    }
}
