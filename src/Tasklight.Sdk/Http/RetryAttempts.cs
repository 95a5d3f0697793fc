namespace Tasklight.Sdk.Http;

/// <summary>The attempts of one call: whether there is another one, and after which pause.</summary>
internal sealed class RetryAttempts(RetryLimits limits, TimeProvider clock, Action<ModuleException, TimeSpan>? told)
{
    private readonly long _start = clock.GetTimestamp();
    private readonly Doubt _doubt = new(clock);
    private int _failures;

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>Whether the call may be tried again after this failure.</summary>
    public bool GoOnAfter(ModuleException exception)
    {
        var isDoubted = _doubt.IsIn(exception) || (exception.IsForeign && !limits.BelievesInTime);
        if (!exception.IsTransient && !(limits.PastForeign && isDoubted))
        {
            return false;
        }

        Pause = Retry.Pause(_failures++, exception.RetryAfter, limits);
        var spent = clock.GetElapsedTime(_start);
        if (_failures >= limits.Attempts || spent >= limits.Time || (exception.RetryAfter is not null && spent + Pause > limits.Time))
        {
            return false;
        }

        told?.Invoke(exception, Pause);
        return true;
    }
}
