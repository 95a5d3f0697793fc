namespace Tasklight.Server.Hosting;

/// <summary>Work done again and again at a distance. A run that fails is logged, and the next one comes all the same.</summary>
abstract partial class PeriodicJob(TimeProvider time, TimeSpan period, ILogger logger) : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    Task _loop = Task.CompletedTask;

    protected CancellationToken Stopping => _stop.Token;

    /// <summary>Begins; the store must be open, so startup steps call it.</summary>
    /// <param name="atOnce">The first run does not wait for the first period to pass.</param>
    public void Start(bool atOnce = false) => _loop = LoopAsync(atOnce);

    /// <summary>One run.</summary>
    public abstract Task RunAsync();

    /// <summary>Waits for the run under way and begins no other.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One run, whose failure is only logged.</summary>
    protected async Task TryRunAsync()
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
            LogFailure(problem, GetType().Name);
        }
    }

    async Task LoopAsync(bool atOnce)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            if (atOnce)
            {
                await Task.Yield();
                await TryRunAsync();
            }

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

    [LoggerMessage(LogLevel.Error, "{Job} failed and goes on.")]
    partial void LogFailure(Exception problem, string job);
}
