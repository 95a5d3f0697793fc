using System.Diagnostics;

namespace Tasklight.Tests;

/// <summary>Waits for something that becomes true by itself, looking again every few milliseconds, up to a ceiling.</summary>
static class Eventually
{
    /// <summary>
    /// Twenty times the longest promise of the scenarios (a worker's tasks run elsewhere within 15 s): it ends what hangs, and nothing that has a slow
    /// machine with many others.
    /// </summary>
    public static readonly TimeSpan Ceiling = TimeSpan.FromMinutes(5);

    /// <summary>The promise for the end of a server is 3 s; a loaded machine gets ten times as long.</summary>
    public static readonly TimeSpan StopCeiling = TimeSpan.FromSeconds(30);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns when the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold in time; the message says what was waited for.</exception>
    public static Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? ceiling = null) =>
        IsAsync(async () => await condition() ? "" : null, what, ceiling);

    /// <inheritdoc cref="HoldsAsync(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task HoldsAsync(Func<bool> condition, string what, TimeSpan? ceiling = null) =>
        IsAsync(() => Task.FromResult(condition() ? "" : null), what, ceiling);

    /// <summary>Returns the first value that is not null.</summary>
    /// <exception cref="TimeoutException">There was none in time.</exception>
    public static async Task<T> IsAsync<T>(Func<Task<T?>> value, string what, TimeSpan? ceiling = null)
        where T : class
    {
        var since = Stopwatch.StartNew();
        var limit = ceiling ?? Ceiling;
        while (true)
        {
            if (await value() is { } found)
                return found;

            if (since.Elapsed > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds:0} s: {what}");

            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for a signal with the usual ceiling.</summary>
    public static Task<T> InTime<T>(this Task<T> signal) => signal.WaitAsync(Ceiling, TestContext.Current.CancellationToken);

    /// <inheritdoc cref="InTime{T}(Task{T})"/>
    public static Task InTime(this Task signal) => signal.WaitAsync(Ceiling, TestContext.Current.CancellationToken);
}
