namespace Tasklight.Server.Dispatch;

/// <summary>
/// The time while this server was awake. A machine that was paused, or had no processor to give, heard nobody, so what it did not hear then is
/// no silence of its workers: were it counted, a laptop that wakes up would take every running task from its worker. A sweep that comes late
/// shows it, for whatever holds up the sweep holds up the heartbeats too.
/// </summary>
sealed class WakingTime(TimeProvider time, DispatchOptions options) : TimeProvider
{
    readonly Lock _gate = new();
    long _looked = time.GetTimestamp();
    long _missed;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    /// <summary>
    /// Stands still when a sweep is late and never steps back: what comes in between a standstill and the sweep that finds it, which may be a
    /// worker's return, would otherwise lie as far ahead as the standstill was long.
    /// </summary>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            return now - _missed - MissedAt(now);
        }
    }

    /// <summary>Called by every sweep before it judges; answers for how long the server stood still since the last one, usually zero.</summary>
    public TimeSpan Look()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var missed = MissedAt(now);
            _missed += missed;
            _looked = now;
            return time.GetElapsedTime(0, missed);
        }
    }

    long MissedAt(long now) => Math.Max(0, now - _looked - (long)(options.Standstill.TotalSeconds * TimestampFrequency));
}
