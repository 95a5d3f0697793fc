using System.Collections.Concurrent;

namespace Tasklight.Worker.Tests;

/// <summary>The system's clock, on which waits of this length and more do not end by themselves, however slow the machine, but when the test ends them.</summary>
internal sealed class HeldClock(TimeSpan from) : TimeProvider
{
    private readonly ConcurrentDictionary<Wait, TimeSpan> _waits = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < from)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        var wait = new Wait(this, callback, state);
        _waits[wait] = dueTime;
        return wait;
    }

    /// <summary>Ends the waits that go on now, but for those that take longer than this.</summary>
    public void End(TimeSpan longest)
    {
        foreach (var (wait, _) in _waits.Where(wait => wait.Value <= longest))
        {
            wait.End();
        }
    }

    private sealed class Wait(HeldClock clock, TimerCallback callback, object? state) : ITimer
    {
        public void End()
        {
            if (clock._waits.TryRemove(this, out _))
            {
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("No wait of a worker is changed.");

        public void Dispose() => clock._waits.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
