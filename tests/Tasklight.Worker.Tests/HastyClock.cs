namespace Tasklight.Worker.Tests;

/// <summary>A clock on which times of up to a minute pass a hundred times as fast; longer ones take what they take.</summary>
internal sealed class HastyClock : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime <= TimeSpan.FromMinutes(1) ? dueTime / 100 : dueTime, period);
}
