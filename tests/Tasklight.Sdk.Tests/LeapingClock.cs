namespace Tasklight.Sdk.Tests;

/// <summary>A clock on which every pause of up to five minutes, unless it is told another time, is over at once, and is remembered; longer times, such as limits of calls, never end.</summary>
internal sealed class LeapingClock(TimeSpan? longest = null) : TimeProvider
{
    private readonly TimeSpan _longestLeap = longest ?? TimeSpan.FromMinutes(5);
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _pauses = [];
    private DateTimeOffset _now = new(2026, 5, 13, 10, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<TimeSpan> Pauses
    {
        get
        {
            lock (_gate)
            {
                return [.. _pauses];
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero && dueTime <= _longestLeap)
        {
            lock (_gate)
            {
                _pauses.Add(dueTime);
                _now += dueTime;
            }

            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Rung();
    }

    private sealed class Rung : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // It rang, or never will.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
