namespace Tasklight.Server.Dispatch;

/// <summary>Work done again and again at a distance. A run that fails is logged, and the next one comes all the same.</summary>
abstract class PeriodicJob(TimeProvider time, TimeSpan period, ILogger logger) : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    Task _loop = Task.CompletedTask;

    protected CancellationToken Stopping => _stop.Token;

    public void Start() => _loop = LoopAsync();

    /// <summary>One run.</summary>
    public abstract Task RunAsync();

    /// <summary>Waits for the run under way and begins no other.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await TryRunAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    async Task TryRunAsync()
    {
        try
        {
            await RunAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped in the middle of a run.
        }
#pragma warning disable CA1031 // The loop must survive whatever one run meets.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            logger.JobFailed(problem, GetType().Name);
        }
    }
}
