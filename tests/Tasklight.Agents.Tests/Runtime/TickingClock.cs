namespace Tasklight.Agents.Tests.Runtime;

/// <summary>A clock that is 30 ms further at each look.</summary>
internal sealed class TickingClock : TimeProvider
{
    private long _looks;

    public override long TimestampFrequency => 1_000;

    public override long GetTimestamp() => 30 * Interlocked.Increment(ref _looks);
}
