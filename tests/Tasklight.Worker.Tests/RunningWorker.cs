namespace Tasklight.Worker.Tests;

/// <summary>A worker that runs until the test is done with it.</summary>
internal sealed class RunningWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _leave = new();

    public RunningWorker(AgentWorker worker) => Ended = worker.RunAsync(_leave.Token);

    public Task Ended { get; }

    /// <summary>Tells it to leave and waits until it has left.</summary>
    public async Task LeaveAsync()
    {
        await _leave.CancelAsync();
        await Ended;
    }

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _leave.Dispose();
    }
}
