namespace Tasklight.Tests;

/// <summary>Waits that a signal ends, and no clock.</summary>
static class Until
{
    /// <summary>Something to wait for; who gives it goes on with its own work.</summary>
    public static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until it is cancelled, as work does that never ends by itself.</summary>
    /// <exception cref="OperationCanceledException">Always, by <paramref name="ct"/>.</exception>
    public static async Task CancelledAsync(CancellationToken ct)
    {
        var cancelled = Signal();
        await using var registration = ct.Register(() => cancelled.TrySetCanceled(ct));
        await cancelled.Task;
    }
}
