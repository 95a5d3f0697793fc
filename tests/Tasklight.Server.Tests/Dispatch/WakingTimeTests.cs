using Tasklight.Server.Dispatch;

namespace Tasklight.Server.Tests.Dispatch;

public sealed class WakingTimeTests
{
    static readonly DispatchOptions Options = new();

    readonly TestClock _clock = new();
    readonly WakingTime _waking;

    public WakingTimeTests() => _waking = new(_clock, Options);

    [Fact]
    public void What_comes_before_the_sweep_that_finds_a_standstill_does_not_lie_ahead()
    {
        var before = _waking.GetTimestamp();
        _clock.Advance(TimeSpan.FromHours(8));
        var returned = _waking.GetTimestamp();
        Assert.Equal(Options.Standstill, _waking.GetElapsedTime(before, returned));
        Assert.Equal(TimeSpan.FromHours(8) - Options.Standstill, _waking.Look());
        Assert.Equal(returned, _waking.GetTimestamp());

        _clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(TimeSpan.Zero, _waking.Look());
        Assert.Equal(TimeSpan.FromMilliseconds(250), _waking.GetElapsedTime(returned));
    }

    [Fact]
    public void It_passes_on_a_machine_that_is_always_late()
    {
        var heard = _waking.GetTimestamp();
        for (var looks = 0; looks < 60; looks++)
        {
            _clock.Advance(TimeSpan.FromSeconds(20));
            _ = _waking.Look();
        }

        Assert.Equal(60 * Options.Standstill, _waking.GetElapsedTime(heard));
    }
}
