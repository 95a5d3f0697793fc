using System.Collections.Concurrent;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

/// <summary>The feeds of all tasks that somebody watches, and the one clock that all streams share.</summary>
sealed class TaskFeeds : IDisposable
{
    /// <summary>A stream that sent nothing for 15 s sends a keep-alive.</summary>
    public const int KeepAliveTicks = 15;

    /// <summary>A feed without news for so long gives its memory back.</summary>
    public const int IdleTicks = 3;

    // With more watched tasks than this, what a feed keeps for the next event costs more than to build it again.
    const int Many = 500;

    /// <summary>Every feed looks at its log by itself this often: a lost nudge makes an event late by no more.</summary>
    public const int LookTicks = 5;

    // A new feed begins at most this far behind the log's end; who needs more reads it for itself.
    const int History = 256;

    static readonly TimeSpan TickLength = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<TaskKey, TaskFeed> _feeds = new();
    readonly ITaskStore _store;
    readonly ILogger<TaskFeeds> _logger;
    readonly ITimer _clock;
    readonly CancellationTokenRegistration _stopping;
    long _now;
    int _count;
    bool _isStopping;

    public TaskFeeds(ITaskStore store, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<TaskFeeds> logger)
    {
        _store = store;
        _logger = logger;
        _clock = time.CreateTimer(static feeds => ((TaskFeeds)feeds!).Tick(), this, TickLength, TickLength);
        _stopping = lifetime.ApplicationStopping.UnsafeRegister(static feeds => ((TaskFeeds)feeds!).Stop(), this);
    }

    /// <summary>Ticks since the start, one a second.</summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>How many tasks are watched.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>So many tasks are watched that a feed gives its memory back as soon as nobody needs it.</summary>
    public bool AreMany => Count > Many;

    /// <summary>The log of the task may have grown. Never blocks.</summary>
    public void Nudge(string organization, string taskId)
    {
        if (_feeds.TryGetValue(new TaskKey(organization, taskId), out var feed))
        {
            feed.Nudge();
        }
    }

    /// <summary>The feed of the subscriber's task, with the subscriber in it.</summary>
    /// <param name="subscriber">Leaves by <see cref="Leave"/>, always.</param>
    /// <param name="logEnd">The number of the task's last event, as far as the caller knows.</param>
    /// <param name="isNew">True when the caller must call <see cref="TaskFeed.ReadToEndAsync"/> to get the feed going.</param>
    public TaskFeed Join(TaskSubscriber subscriber, long logEnd, out bool isNew)
    {
        subscriber.LastWrite = Now;
        var feed = Find(subscriber, logEnd, out isNew);
        if (Volatile.Read(ref _isStopping))
        {
            subscriber.Wake(StreamSignals.End);
        }

        return feed;
    }

    /// <summary>Takes the subscriber out; the feed ends with its last one.</summary>
    public void Leave(TaskSubscriber subscriber, TaskFeed feed)
    {
        if (feed.RemoveLast(subscriber))
        {
            _feeds.TryRemove(new KeyValuePair<TaskKey, TaskFeed>(subscriber.Task, feed));
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>True when there is no such task any more.</summary>
    public async ValueTask<bool> IsGoneAsync(TaskKey task) => await _store.FindAsync(task.Organization, task.TaskId) is null;

    /// <summary>A feed could not read its log now; it looks again by itself.</summary>
    public void CouldNotRead(TaskKey task, Exception failure)
    {
        // The store may be closed before the last stream has noticed.
        if (!Volatile.Read(ref _isStopping))
        {
            EventLog.CouldNotRead(_logger, task.TaskId, failure);
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _clock.Dispose();
    }

    TaskFeed Find(TaskSubscriber subscriber, long logEnd, out bool isNew)
    {
        var wait = new SpinWait();
        while (true)
        {
            if (!_feeds.TryGetValue(subscriber.Task, out var feed))
            {
                var start = Math.Max(subscriber.Position, logEnd - History);
                feed = new TaskFeed(this, subscriber.Task, new EventReader(_store, subscriber.Task, start), Now);
                feed.TryAdd(subscriber);
                if (_feeds.TryAdd(subscriber.Task, feed))
                {
                    Interlocked.Increment(ref _count);
                    isNew = true;
                    return feed;
                }
            }
            else if (feed.TryAdd(subscriber))
            {
                isNew = false;
                return feed;
            }
            else
            {
                // Closed, and about to be taken out by its last subscriber.
                wait.SpinOnce();
            }
        }
    }

    // Looks are spread over the period by the feeds' place in the dictionary, so that thousands do not fall on one second.
    void Tick()
    {
        var now = Interlocked.Increment(ref _now);
        foreach (var (task, feed) in _feeds)
        {
            feed.Tick(now, look: (uint)task.GetHashCode() % LookTicks == now % LookTicks);
        }
    }

    void Stop()
    {
        Volatile.Write(ref _isStopping, true);
        foreach (var (_, feed) in _feeds)
        {
            feed.End();
        }
    }
}
