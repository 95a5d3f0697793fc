using System.Globalization;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Sdk.Http;

namespace Tasklight.Worker;

/// <summary>One run of one task, from dispatch to its end (contract: worker-protocol §5).</summary>
#pragma warning disable CA1001 // Its token sources have no timers, so there is nothing to dispose, and a late stop signal may still cancel them.
internal sealed class TaskRun
#pragma warning restore CA1001
{
    private readonly AgentTaskFields _dispatched;
    private readonly WorkerParts _parts;
    private readonly Invocation? _invocation;

    // Two, because a leaving worker cancels its handlers and yet saves what they return.
    private readonly CancellationTokenSource _cancelled = new();
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly RunSaver _saver;
    private RunEnd _end;

    public TaskRun(AgentTaskFields dispatched, string? leaseId, WorkerParts parts, Invocation? invocation = null)
    {
        (_dispatched, _parts, _invocation) = (dispatched, parts, invocation);
        LeaseId = leaseId;
        Key = leaseId ?? Guid.NewGuid().ToString();
        _saver = new RunSaver(dispatched.Id, leaseId, parts, invocation, _over.Token);
    }

    public string TaskId => _dispatched.Id;

    /// <summary>Null on servers that give no leases.</summary>
    public string? LeaseId { get; }

    /// <summary>What tells this run from others.</summary>
    public string Key { get; }

    public TaskLease Lease => new() { TaskId = TaskId, LeaseId = LeaseId ?? "" };

    /// <summary>Telling the server that a stop has reached the handler; complete when there was none.</summary>
    public Task Confirming { get; set; } = Task.CompletedTask;

    /// <summary>The server knows that the run has ended: its last save said so.</summary>
    public bool IsTold { get; private set; }

    /// <summary>It came over the worker's own HTTP server: nobody would give the task out again.</summary>
    public bool IsInvoked => _invocation is not null;

    /// <summary>The task was stopped, or taken away.</summary>
    public bool IsOver => _over.IsCancellationRequested;

    /// <summary>The run is over: the handler is cancelled, nothing is written any more.</summary>
    public void Cancel(string reason) => End(RunEnd.Over, reason);

    /// <summary>The lease is somebody else's: as <see cref="Cancel"/>, and the slot is free, whether or not the handler listens. The server counts it so.</summary>
    public void Lose(string reason)
    {
        Cancel(reason);
        _lost.TrySetResult();
    }

    /// <summary>The handler is cancelled; what it still returns is saved.</summary>
    public void Leave() => End(RunEnd.Leaving, "the worker leaves");

    /// <summary>Runs the task, outside the slots. Never throws for what a handler or a server does.</summary>
    public async Task RunAsync()
    {
        try
        {
            IsTold = await LiveAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_cancelled.IsCancellationRequested)
        {
            // Whoever cancelled knows why.
        }
    }

    /// <summary>Runs the task when there is a slot. Never throws for what a handler or a server does.</summary>
    /// <param name="slots">The worker's slots.</param>
    /// <param name="lastTaken">Called when this run takes the last one.</param>
    public async Task RunAsync(WorkerSlots slots, Func<Task> lastTaken)
    {
        if (LeaseId is not null && _dispatched.ParentExecution is not null)
        {
            // The server sends a sub-task beyond the slots while other runs wait for sub-tasks: were it to wait for a slot, they might wait for it.
            await (slots.TryTake() ? RunInSlotAsync(slots) : RunAsync()).ConfigureAwait(false);
            return;
        }

        bool isLast;
        try
        {
            isLast = await slots.TakeAsync(_cancelled.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_cancelled.IsCancellationRequested)
        {
            return;
        }

        await (isLast ? lastTaken() : Task.CompletedTask).ConfigureAwait(false);
        await RunInSlotAsync(slots).ConfigureAwait(false);
    }

    private async Task RunInSlotAsync(WorkerSlots slots)
    {
        var running = RunAsync();
        await Task.WhenAny(running, _lost.Task).ConfigureAwait(false);
        slots.Release();
        await running.ConfigureAwait(false);
    }

    private async Task<bool> LiveAsync()
    {
        var outbox = new EventOutbox(SendEventsAsync, _parts.Log, TaskId, _over.Token);
        await using (outbox.ConfigureAwait(false))
        {
            var task = TaskUnder(outbox);
            if (!await BeginAsync(task).ConfigureAwait(false))
            {
                return false;
            }

            var context = new TaskContext(task, LeaseId, _parts, _cancelled.Token);
            var plan = new PlanFollower(context, _parts);
            if (!await FollowPlanAsync(context, plan, outbox).ConfigureAwait(false))
            {
                return false;
            }

            plan.Finish();
            return await _saver.SaveEndAsync(task, plan.IsChangedHere).ConfigureAwait(false);
        }
    }

    private AgentTask TaskUnder(EventOutbox outbox)
    {
        AgentTask task = null!;
        var link = new TaskLink(_parts.Transport)
        {
            Lease = LeaseId,
            RetryFor = _parts.Options.SaveRetries,
            IsKnown = _invocation is null,
            Outbox = (update, ct) => TellAsync(task, update, outbox, ct),
            BeforeWrite = outbox.FlushAsync,
            OnLost = exception => Lose(exception.Description),
            OnWritten = written => _saver.Written = written,
        };
        return task = new AgentTask(_dispatched, link);
    }

    private async ValueTask TellAsync(AgentTask task, TaskUpdateEvent update, EventOutbox outbox, CancellationToken ct)
    {
        await outbox.AddAsync(update, ct).ConfigureAwait(false);
        if (_invocation is not null)
        {
            await _invocation.TellAsync(update).ConfigureAwait(false);
        }

        if (update.Type != TaskEventTypes.AuthEvent || _parts.Hooks.AuthEvent.IsEmpty)
        {
            return;
        }

        // Whoever watches the task learns of the login no later than the hooks.
        await outbox.FlushAsync(ct).ConfigureAwait(false);
        try
        {
            int? version = int.TryParse(task.AgentVersion, CultureInfo.InvariantCulture, out var number) ? number : null;
            var agent = await _parts.Agents.GetAsync(task.AgentId, version, ct).ConfigureAwait(false);
            await _parts.Hooks.AuthEvent.RunAsync((agent, task, update), _parts.Log).ConfigureAwait(false);
        }
        catch (ModuleException exception)
        {
            _parts.Log.AgentNotFetched(TaskId, exception.Description);
        }
    }

    private async Task<bool> BeginAsync(AgentTask task)
    {
        try
        {
            await task.BeginAsync(_cancelled.Token).ConfigureAwait(false);
            _parts.Log.Begins(TaskId, task.Attempt);
            if (_invocation is not null)
            {
                KeepSecrets(task);
            }

            return true;
        }
        catch (ModuleException exception)
        {
            _invocation?.Refuse(exception);
            // 409: stopped or given to somebody else before it began. Anything else: whoever gets it next may have more luck.
            Cancel(exception.Description);
            return false;
        }
    }

    // The server shows a caller without scope worker no secrets, not even those that the caller just gave.
    private void KeepSecrets(AgentTask task)
    {
        task.UserTokens ??= _dispatched.UserTokens;
        task.UserOidcToken = task.UserOidcToken is null or SecretMask.Text ? _dispatched.UserOidcToken ?? task.UserOidcToken : task.UserOidcToken;
        task.McpServers = _dispatched.McpServers.Count > 0 ? _dispatched.McpServers : task.McpServers;
    }

    // True when there is something to save.
    private async Task<bool> FollowPlanAsync(TaskContext context, PlanFollower plan, EventOutbox outbox)
    {
        var task = context.Task;
        // Earlier runs of the turn have taken their time, too.
        var (start, before, measured) = (_parts.Options.Clock.GetTimestamp(), task.Duration, task.Duration);
        while (true)
        {
            var isEnd = await HandleAsync(context).ConfigureAwait(false);
            // Whatever the handler made of them: the run is this task's.
            (task.Id, task.AgentId, task.OrganizationId) = (_dispatched.Id, _dispatched.AgentId, _dispatched.OrganizationId);
            if (!isEnd)
            {
                return false;
            }

            if (task.Duration == measured)
            {
                task.Duration = measured = Math.Round(before + _parts.Options.Clock.GetElapsedTime(start).TotalSeconds, 3);
            }

            await outbox.FlushAsync(_over.Token).ConfigureAwait(false);
            if (task.Status != AgentExecutionStatus.Completed || IsInvoked || _saver.IsSavedByHandler(task) || !await plan.WantsRetryAsync(_over.Token).ConfigureAwait(false))
            {
                return true;
            }

            // Saved before the worker may leave: whoever gets the task next goes on counting.
            if (!await _saver.TrySaveAsync(() => plan.BeginRetryAsync(_over.Token)).ConfigureAwait(false) || _parts.Leaving.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    // True when the handler came to an end, good or bad, that counts.
    private async Task<bool> HandleAsync(TaskContext context)
    {
        var task = context.Task;
        try
        {
            ResultText.Apply(task, await _parts.Handler.Call(context).ConfigureAwait(false));
            task.Status = task.Status == AgentExecutionStatus.Executing ? AgentExecutionStatus.Completed : task.Status;
        }
        catch (Exception) when (_cancelled.IsCancellationRequested)
        {
            return IsInvoked && EndByLeaving(task);
        }
#pragma warning disable CA1031 // Whatever a handler raises is the task's end, not the worker's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (exception is TaskFailedException)
            {
                _parts.Log.TaskFailed(TaskId, exception.Message);
            }
            else
            {
                _parts.Log.HandlerRaised(exception, TaskId);
            }

            task.Status = AgentExecutionStatus.Error;
            task.Result = exception.Message;
            _invocation?.Fail(exception.Message);
        }

        return !_over.IsCancellationRequested;
    }

    private bool EndByLeaving(AgentTask task)
    {
        (task.Status, task.Result) = (AgentExecutionStatus.Error, Invocation.LeftText);
        _invocation!.Fail(Invocation.LeftText);
        return !_over.IsCancellationRequested;
    }

    private async Task SendEventsAsync(IReadOnlyList<TaskUpdateEvent> events, CancellationToken ct)
    {
        var call = TaskRequests.Push(TaskId, events, LeaseId, Guid.NewGuid().ToString()).ForRepeating(_parts.Transport.Configuration).Taken();
        try
        {
            await Retry.RunAsync(ct => _parts.Transport.SendAsync(call, ct), _parts.Options.SaveRetries, _parts.Options.Clock, ct).ConfigureAwait(false);
        }
        catch (LeaseLostException exception)
        {
            Lose(exception.Description);
        }
    }

    private void End(RunEnd end, string reason)
    {
        lock (_gate)
        {
            if (_end >= end)
            {
                return;
            }

            _end = end;
        }

        _parts.Log.Cancelled(TaskId, reason);
        // Not on this thread: whatever a handler does when it is cancelled must not hold up the worker's stream.
        if (end == RunEnd.Over)
        {
            _ = _over.CancelAsync();
        }

        _ = _cancelled.CancelAsync();
    }
}
