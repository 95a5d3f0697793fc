namespace Tasklight.Sdk.Http;

/// <summary>
/// Repeats what failed for a passing reason, with growing pauses and chance in them, so that many clients do not come back at once. A pause
/// that the server asks for is kept; one that outlasts the time allowed ends the attempts.
/// </summary>
internal static class Retry
{
    /// <summary>How long whoever follows a task goes on without a server.</summary>
    public static readonly TimeSpan LongestOutage = TimeSpan.FromMinutes(5);

    /// <summary>Of each read of whoever follows a task.</summary>
    public static readonly RetryLimits Following = new(LongestOutage) { PastForeign = true, BelievesInTime = true };

    private static readonly RetryLimits Usual = new(TimeSpan.Zero);
    private static readonly TimeSpan LongestAskedFor = TimeSpan.FromMinutes(5);

    /// <summary>Runs what must not be lost to a server that is away for a while until it succeeds, is refused by the server itself, or the time is over.</summary>
    /// <exception cref="ModuleException">The last failure.</exception>
    public static Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> action, TimeSpan limit, TimeProvider clock, CancellationToken ct) =>
        RunAsync(action, new RetryLimits(limit) { PastForeign = true }, clock, null, ct);

    /// <summary>Runs <paramref name="action"/> within <paramref name="limits"/>; <paramref name="told"/> hears of each failure that is not the last.</summary>
    /// <exception cref="ModuleException">The last failure.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> action, RetryLimits limits, TimeProvider clock, Action<ModuleException, TimeSpan>? told, CancellationToken ct)
    {
        var attempts = new RetryAttempts(limits, clock, told);
        while (true)
        {
            try
            {
                return await action(ct).ConfigureAwait(false);
            }
            catch (ModuleException exception) when (attempts.GoOnAfter(exception))
            {
                // Repeated below.
            }

            await Task.Delay(attempts.Pause, clock, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="RunAsync{T}(Func{CancellationToken, Task{T}}, TimeSpan, TimeProvider, CancellationToken)"/>
    public static T Run<T>(Func<CancellationToken, T> action, TimeSpan limit, TimeProvider clock, CancellationToken ct) =>
        Run(action, new RetryLimits(limit) { PastForeign = true }, clock, null, ct);

    /// <inheritdoc cref="RunAsync{T}(Func{CancellationToken, Task{T}}, RetryLimits, TimeProvider, Action{ModuleException, TimeSpan}, CancellationToken)"/>
    public static T Run<T>(Func<CancellationToken, T> action, RetryLimits limits, TimeProvider clock, Action<ModuleException, TimeSpan>? told, CancellationToken ct)
    {
        var attempts = new RetryAttempts(limits, clock, told);
        while (true)
        {
            try
            {
                return action(ct);
            }
            catch (ModuleException exception) when (attempts.GoOnAfter(exception))
            {
                // Repeated below.
            }

            Sleep(attempts.Pause, clock, ct);
        }
    }

    /// <summary>Lets the calling thread wait.</summary>
    public static void Sleep(TimeSpan pause, TimeProvider clock, CancellationToken ct)
    {
        using var end = new CancellationTokenSource(pause, clock);
        WaitHandle.WaitAny([end.Token.WaitHandle, ct.WaitHandle]);
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>The pause after the given number of failures in a row (counted from 0): the first one, doubled up to the longest, ± 25 %.</summary>
    public static TimeSpan Pause(int attempt, TimeSpan? askedFor = null, RetryLimits? limits = null)
    {
        if (askedFor is { } wanted && wanted > TimeSpan.Zero)
        {
            return wanted < LongestAskedFor ? wanted : LongestAskedFor;
        }

        var (first, longest) = limits is null ? (Usual.FirstPause, Usual.LongestPause) : (limits.FirstPause, limits.LongestPause);
        var pause = first * Math.Pow(2, Math.Min(attempt, 10));
        return (pause < longest ? pause : longest) * (0.75 + (Random.Shared.NextDouble() / 2));
    }
}
