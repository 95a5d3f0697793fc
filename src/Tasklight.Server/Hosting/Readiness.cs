namespace Tasklight.Server.Hosting;

/// <summary>Whether all startup steps are done.</summary>
sealed class Readiness
{
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _isReady;

    public bool IsReady => _isReady;
    public Task WhenReady => _ready.Task;

    public void SetReady()
    {
        _isReady = true;
        _ready.TrySetResult();
    }
}
