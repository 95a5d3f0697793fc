namespace Tasklight.Bench.Load;

/// <summary>What the workers saw of one task; times are stopwatch timestamps.</summary>
sealed class Delivery
{
    readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long DeliveredAt;
    public long FinishedAt;
    public long StopSeenAt;
    public int Deliveries;

    public Task Finished => _finished.Task;

    public void Finish(long now)
    {
        if (FinishedAt == 0) FinishedAt = now;
        _finished.TrySetResult();
    }
}
