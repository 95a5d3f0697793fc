using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

/// <summary>
/// One open stream: a place in one task's log and a way to be woken. Thousands of them lie idle, so it has no timer, no queue and
/// no task of its own: the feed keeps the frames, the clock of all streams wakes it.
/// </summary>
sealed class TaskSubscriber(TaskKey task, long position, long turnStart, StreamSurface surface, PipeWriter output) : IValueTaskSource<StreamSignals>
{
    ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };
    int _signals;

    public TaskKey Task => task;
    public StreamSurface Surface => surface;
    public PipeWriter Output => output;

    /// <summary>The number of the last event that was passed, shown or not.</summary>
    public long Position { get; set; } = position;

    /// <summary>A task_finished below this belongs to a turn that was over when the stream began: the stream goes on behind it.</summary>
    public long TurnStart => turnStart;

    /// <summary>Where the subscriber stands in its feed's list.</summary>
    public int Index { get; set; }

    /// <summary>The tick of the last write.</summary>
    public long LastWrite { get; set; }

    /// <summary>True when the stream was told to end, even while it has more to send.</summary>
    public bool IsOver => ((StreamSignals)Volatile.Read(ref _signals) & (StreamSignals.End | StreamSignals.Gone)) != StreamSignals.None;

    /// <summary>Wakes the stream. Never blocks, may be called by anyone at any time.</summary>
    public void Wake(StreamSignals signal)
    {
        var before = (StreamSignals)Interlocked.Or(ref _signals, (int)signal);
        if (before.HasFlag(StreamSignals.Waiting))
        {
            // Of two wakers only one may complete the wait.
            before = (StreamSignals)Interlocked.And(ref _signals, ~(int)StreamSignals.Waiting);
            if (before.HasFlag(StreamSignals.Waiting))
            {
                _wait.SetResult(true);
            }
        }
    }

    /// <summary>Completes with the reasons as soon as there is one (now and then with none). Not for use by two at once.</summary>
    public ValueTask<StreamSignals> WaitAsync()
    {
        _wait.Reset();
        return Interlocked.CompareExchange(ref _signals, (int)StreamSignals.Waiting, 0) == 0
            ? new ValueTask<StreamSignals>(this, _wait.Version)
            : new ValueTask<StreamSignals>(TakeSignals());
    }

    StreamSignals IValueTaskSource<StreamSignals>.GetResult(short token)
    {
        _wait.GetResult(token);
        return TakeSignals();
    }

    ValueTaskSourceStatus IValueTaskSource<StreamSignals>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<StreamSignals>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    // What ends a stream stays set.
    StreamSignals TakeSignals() => (StreamSignals)Interlocked.And(ref _signals, (int)(StreamSignals.End | StreamSignals.Gone));
}
