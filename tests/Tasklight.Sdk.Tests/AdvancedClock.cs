namespace Tasklight.Sdk.Tests;

/// <summary>The system's clock, which a test may put forward; timers take what they take.</summary>
internal sealed class AdvancedClock : TimeProvider
{
    private long _ahead;

    public void Advance(TimeSpan span) => Interlocked.Add(ref _ahead, (long)(span.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);
}
