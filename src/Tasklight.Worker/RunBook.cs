namespace Tasklight.Worker;

/// <summary>The runs of a worker by lease: those that run, those that are handed back, and the last ones that ended.</summary>
internal sealed class RunBook
{
    private const int RememberedEnds = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskRun> _running = [];
    private readonly List<string> _handedBack = [];
    private readonly Queue<string> _ended = new();
    private readonly HashSet<string> _endedSet = [];
    private TaskCompletionSource? _empty;

    /// <summary>The runs that go on now.</summary>
    public IReadOnlyList<TaskRun> Running
    {
        get
        {
            lock (_gate)
            {
                return [.. _running.Values];
            }
        }
    }

    /// <summary>False when this lease's run is already here: a server that lost sight of a worker sends its offers again.</summary>
    public bool TryAdd(TaskRun run)
    {
        lock (_gate)
        {
            return _running.TryAdd(run.Key, run);
        }
    }

    public TaskRun? Find(string leaseId)
    {
        lock (_gate)
        {
            return _running.GetValueOrDefault(leaseId);
        }
    }

    public bool HasEnded(string leaseId)
    {
        lock (_gate)
        {
            return _endedSet.Contains(leaseId);
        }
    }

    /// <summary>The run ended; false when it was handed back before.</summary>
    public bool Remove(TaskRun run)
    {
        lock (_gate)
        {
            if (!_running.Remove(run.Key))
            {
                return false;
            }

            RememberEnd(run.Key);
            SignalIfEmpty();
            return true;
        }
    }

    /// <summary>The run ended without a word to the server; its lease is handed back when the worker leaves.</summary>
    public void HandBack(TaskRun run)
    {
        lock (_gate)
        {
            if (_running.Remove(run.Key) && run.LeaseId is not null)
            {
                _handedBack.Add(run.LeaseId);
            }

            SignalIfEmpty();
        }
    }

    /// <summary>Hands back everything that is left, and answers all leases handed back. What still runs writes no more.</summary>
    public IReadOnlyList<string> HandBackAll()
    {
        lock (_gate)
        {
            foreach (var run in _running.Values.ToList())
            {
                run.Cancel("the task was handed back");
                HandBack(run);
            }

            return [.. _handedBack];
        }
    }

    /// <summary>Waits until nothing runs, or the time is over.</summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider clock)
    {
        Task empty;
        lock (_gate)
        {
            if (_running.Count == 0)
            {
                return;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = _empty.Task;
        }

        await empty.WaitAsync(limit, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void RememberEnd(string key)
    {
        if (!_endedSet.Add(key))
        {
            return;
        }

        _ended.Enqueue(key);
        if (_ended.Count > RememberedEnds)
        {
            _endedSet.Remove(_ended.Dequeue());
        }
    }

    private void SignalIfEmpty()
    {
        if (_running.Count == 0)
        {
            _empty?.TrySetResult();
            _empty = null;
        }
    }
}
