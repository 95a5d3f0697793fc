using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Files;

/// <summary>Removes files whose time is past, every few minutes.</summary>
sealed partial class FileSweeper(FileStore files, Readiness readiness, TimeProvider time, ILogger<FileSweeper> log) : BackgroundService
{
    const int Batch = 100;
    static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            await readiness.WhenReady.WaitAsync(stoppingToken);
            do
                await SweepAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    async ValueTask SweepAsync(CancellationToken cancel)
    {
        try
        {
            while (await files.RemoveExpiredAsync(Batch, cancel) == Batch)
                cancel.ThrowIfCancellationRequested();
        }
        catch (Exception problem) when (problem is StoreUnavailableException or IOException)
        {
            LogFailure(problem);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Expired files could not be removed; the next sweep tries again")]
    partial void LogFailure(Exception problem);
}
