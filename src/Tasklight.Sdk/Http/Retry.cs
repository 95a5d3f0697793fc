namespace Tasklight.Sdk.Http;

/// <summary>
/// Repeats what failed for a passing reason, with growing pauses and chance in them, so that many clients do not come back at once. A pause
/// that the server asks for is kept; one that outlasts the time allowed ends the attempts.
/// </summary>
internal static class Retry
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestAskedFor = TimeSpan.FromMinutes(5);

    /// <summary>Runs <paramref name="action"/> until it succeeds, fails for good, or the time is over.</summary>
    /// <exception cref="ModuleException">The last failure.</exception>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> action, TimeSpan limit, TimeProvider clock, CancellationToken ct)
    {
        var attempts = new RetryAttempts(limit, clock);
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

    /// <inheritdoc cref="RunAsync"/>
    public static T Run<T>(Func<CancellationToken, T> action, TimeSpan limit, TimeProvider clock, CancellationToken ct)
    {
        var attempts = new RetryAttempts(limit, clock);
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

            Sleep(attempts.Pause, ct);
        }
    }

    /// <summary>Lets the calling thread wait.</summary>
    public static void Sleep(TimeSpan pause, CancellationToken ct)
    {
        ct.WaitHandle.WaitOne(pause);
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>The pause after the given number of failures in a row (counted from 0): 100 ms, doubled up to 2 s, ± 25 %.</summary>
    public static TimeSpan Pause(int attempt, TimeSpan? askedFor = null)
    {
        if (askedFor is { } wanted && wanted > TimeSpan.Zero)
        {
            return wanted < LongestAskedFor ? wanted : LongestAskedFor;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(attempt, 10));
        return (pause < LongestPause ? pause : LongestPause) * (0.75 + (Random.Shared.NextDouble() / 2));
    }
}
