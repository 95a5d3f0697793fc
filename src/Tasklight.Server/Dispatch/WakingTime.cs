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

    /// <summary>Steps back by what <see cref="Look"/> found: whoever was heard just before it is given more time, never less.</summary>
    public override long GetTimestamp() => time.GetTimestamp() - Volatile.Read(ref _missed);

    /// <summary>Called by every sweep before it judges; answers for how long the server stood still since the last one, usually zero.</summary>
    public TimeSpan Look()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var missed = time.GetElapsedTime(_looked, now) - options.Standstill;
            _looked = now;
            if (missed <= TimeSpan.Zero)
            {
                return TimeSpan.Zero;
            }

            Volatile.Write(ref _missed, _missed + (long)(missed.TotalSeconds * TimestampFrequency));
            return missed;
        }
    }
}
