using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>
/// Lets callers wait until a turn is neither pending nor executing (contract: rest-v1 §2). It is woken by commits; a look at the record
/// every few seconds makes a lost wake-up late, not lost.
/// </summary>
sealed class SettledTasks(ITaskStore store, TimeProvider time) : ITaskChangeListener
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    readonly Lock _lock = new();
    readonly Dictionary<TaskKey, List<TaskCompletionSource>> _waiting = [];
    volatile int _count;

    /// <summary>Waits for the end, or a pause, of the turn the record is in.</summary>
    /// <returns>The task then (perhaps already in a later turn); the record as given when the task was deleted; null when the time is over first.</returns>
    public async Task<TaskRecord?> WaitAsync(TaskRecord task, TimeSpan limit, CancellationToken cancel)
    {
        if (IsSettled(task))
        {
            return task;
        }

        var key = new TaskKey(task.Organization, task.Id);
        var since = time.GetTimestamp();
        while (true)
        {
            // A new one for each look: a pause that is over when the look comes has woken the last one for good.
            var wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Add(key, wake);
            try
            {
                var now = await store.FindAsync(key.Organization, key.TaskId, cancel);
                if (now is null || now.Turn != task.Turn || IsSettled(now))
                {
                    return now ?? task;
                }

                var left = limit - time.GetElapsedTime(since);
                if (left <= TimeSpan.Zero)
                {
                    return null;
                }

                await WokenAsync(wake.Task, left < BetweenLooks ? left : BetweenLooks, cancel);
            }
            finally
            {
                Remove(key, wake);
            }
        }
    }

    public void Committed(IReadOnlyList<TaskChange> changes)
    {
        if (_count == 0)
        {
            return;
        }

        lock (_lock)
        {
            for (var index = 0; index < changes.Count; index++)
            {
                var change = changes[index];
                if ((change.After is null || IsSettled(change.After))
                    && _waiting.TryGetValue(new TaskKey(change.Either.Organization, change.Either.Id), out var waiters))
                {
                    waiters.ForEach(static waiter => waiter.TrySetResult());
                }
            }
        }
    }

    async Task WokenAsync(Task wake, TimeSpan atMost, CancellationToken cancel)
    {
        try
        {
            await wake.WaitAsync(atMost, time, cancel);
        }
        catch (TimeoutException)
        {
            // Time for a look.
        }
    }

    void Add(TaskKey key, TaskCompletionSource wake)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(key, out var waiters))
            {
                _waiting[key] = waiters = [];
            }

            waiters.Add(wake);
            _count++;
        }
    }

    void Remove(TaskKey key, TaskCompletionSource wake)
    {
        lock (_lock)
        {
            _count--;
            var waiters = _waiting[key];
            waiters.Remove(wake);
            if (waiters.Count == 0)
            {
                _waiting.Remove(key);
            }
        }
    }

    static bool IsSettled(TaskRecord task) => task.Status is not (AgentExecutionStatus.Pending or AgentExecutionStatus.Executing);
}
