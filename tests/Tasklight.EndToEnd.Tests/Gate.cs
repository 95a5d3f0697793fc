namespace Tasklight.EndToEnd.Tests;

/// <summary>Everything passes, until it is held.</summary>
sealed class Gate
{
    readonly Lock _lock = new();
    TaskCompletionSource? _hold;

    /// <summary>From now on nothing passes.</summary>
    public void Hold()
    {
        lock (_lock)
            _hold ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>What was held passes.</summary>
    public void Release()
    {
        TaskCompletionSource? hold;
        lock (_lock)
            (hold, _hold) = (_hold, null);
        hold?.TrySetResult();
    }

    /// <summary>Waits while it is held.</summary>
    public Task PassAsync(CancellationToken cancel)
    {
        lock (_lock)
            return _hold is null ? Task.CompletedTask : _hold.Task.WaitAsync(cancel);
    }
}
