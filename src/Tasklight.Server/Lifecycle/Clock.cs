namespace Tasklight.Server.Lifecycle;

/// <summary>The time of records and events: UTC in whole microseconds, as the wire writes it.</summary>
static class Clock
{
    public static DateTimeOffset Now(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
