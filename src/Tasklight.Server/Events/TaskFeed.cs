using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

/// <summary>
/// What all streams of one task share while there are any: the log is read once and each event rendered once, into a bounded ring from
/// which every subscriber takes at its own pace. One that falls behind the ring reads the log by itself and holds back nobody.
/// </summary>
sealed class TaskFeed(TaskFeeds feeds, TaskKey task, EventReader reader, long tick) : IThreadPoolWorkItem
{
    const int ReadBatch = 256;
    const int Idle = 0;
    const int Reading = 1;
    const int ReadAgain = 2;

    readonly Lock _lock = new();
    readonly FrameRing _ring = new(reader.Position);
    readonly List<TaskSubscriber> _subscribers = new(1);
    long _lastNews = tick;
    bool _isSlim;
    bool _isClosed;
    bool _mayBeGone;

    // A new feed is born reading: its maker calls ReadToEndAsync.
    int _state = Reading;

    /// <summary>Adds a subscriber; false when the feed was closed in the meantime and a new one is needed.</summary>
    public bool TryAdd(TaskSubscriber subscriber)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            subscriber.Index = _subscribers.Count;
            _subscribers.Add(subscriber);
            return true;
        }
    }

    /// <summary>Takes a subscriber away; true when it was the last one, and the feed is closed by that.</summary>
    public bool RemoveLast(TaskSubscriber subscriber)
    {
        lock (_lock)
        {
            var last = _subscribers[^1];
            _subscribers[subscriber.Index] = last;
            last.Index = subscriber.Index;
            _subscribers.RemoveAt(_subscribers.Count - 1);
            return _isClosed = _subscribers.Count == 0;
        }
    }

    /// <summary>The task changed: its log is read soon, on another thread. Never blocks.</summary>
    public void Nudge()
    {
        Volatile.Write(ref _mayBeGone, true);
        Look();
    }

    void IThreadPoolWorkItem.Execute() => _ = ReadToEndAsync();

    /// <summary>Reads until the log has no more. Never throws: what could not be read now is read at the next look.</summary>
    public async Task ReadToEndAsync()
    {
        do
        {
            Volatile.Write(ref _state, Reading);
            try
            {
                await ReadWhatIsThereAsync();
            }
            catch (Exception failure)
            {
                feeds.CouldNotRead(task, failure);
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Reading) != Reading);
    }

    /// <summary>Frames above a number. Negative when the ring no longer reaches back to it: the subscriber must read the log.</summary>
    public int Take(long after, Span<EventFrame?> into, int budget, out bool isAll)
    {
        lock (_lock)
        {
            isAll = false;
            return after < _ring.From ? -1 : _ring.Take(after, into, budget, out isAll);
        }
    }

    /// <summary>Where the ring begins.</summary>
    public long From
    {
        get
        {
            lock (_lock)
            {
                return _ring.From;
            }
        }
    }

    /// <summary>The clock of all streams: wakes who needs a keep-alive, looks at the log now and then, gives idle memory back.</summary>
    public void Tick(long now, bool look)
    {
        lock (_lock)
        {
            foreach (var subscriber in _subscribers)
            {
                if (now - subscriber.LastWrite >= TaskFeeds.KeepAliveTicks)
                {
                    subscriber.Wake(StreamSignals.KeepAlive);
                }
            }
        }

        if (now - _lastNews >= TaskFeeds.IdleTicks && !_isSlim)
        {
            Slim();
        }

        if (look)
        {
            Look();
        }
    }

    /// <summary>A subscriber has all there is and is about to wait. The only one needs no frames any more.</summary>
    public void CaughtUp()
    {
        if (feeds.AreMany && _subscribers.Count == 1)
        {
            Slim();
        }
    }

    /// <summary>Ends every stream in order.</summary>
    public void End()
    {
        lock (_lock)
        {
            foreach (var subscriber in _subscribers)
            {
                subscriber.Wake(StreamSignals.End);
            }
        }
    }

    async ValueTask ReadWhatIsThereAsync()
    {
        var found = false;
        while (await reader.ReadAsync(ReadBatch) is { Length: > 0 } frames)
        {
            found = true;
            Publish(frames);
        }

        // A nudge without an event may be the task's end for good: it was deleted. Looks do not ask, because asking reads the whole task.
        var mayBeGone = Interlocked.Exchange(ref _mayBeGone, false);
        if (!found && mayBeGone && await feeds.IsGoneAsync(task))
        {
            End();
        }
    }

    void Publish(EventFrame[] frames)
    {
        lock (_lock)
        {
            _lastNews = feeds.Now;
            _isSlim = false;
            foreach (var frame in frames)
            {
                _ring.Append(frame);
            }

            foreach (var subscriber in _subscribers)
            {
                subscriber.Wake(StreamSignals.News);
            }
        }
    }

    void Look()
    {
        if (Interlocked.Exchange(ref _state, ReadAgain) == Idle)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    // Thousands of idle tasks: each gives its frames and its folded task back, and finds them in the log when it wakes.
    void Slim()
    {
        if (Interlocked.CompareExchange(ref _state, Reading, Idle) != Idle)
        {
            return;
        }

        lock (_lock)
        {
            _ring.Clear();
            _isSlim = true;
        }

        reader.Forget();
        if (Interlocked.CompareExchange(ref _state, Idle, Reading) != Reading)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
