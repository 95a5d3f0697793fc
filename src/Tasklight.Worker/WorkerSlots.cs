namespace Tasklight.Worker;

/// <summary>How many tasks run at once.</summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing, and a handler that does not listen gives its slot back when the worker has left.
internal sealed class WorkerSlots(int count)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _free = new(count);
    private int _taken;

    /// <summary>Waits for a free slot and takes it; true when it was the last one.</summary>
    public async Task<bool> TakeAsync(CancellationToken ct)
    {
        await _free.WaitAsync(ct).ConfigureAwait(false);
        return Interlocked.Increment(ref _taken) == count;
    }

    /// <summary>Takes a slot if one is free.</summary>
    public bool TryTake()
    {
        if (!_free.Wait(0))
        {
            return false;
        }

        Interlocked.Increment(ref _taken);
        return true;
    }

    public void Release()
    {
        Interlocked.Decrement(ref _taken);
        _free.Release();
    }
}
