using Tasklight.Server.Hosting;

namespace Tasklight.Server.Files;

/// <summary>Tidies up after uploads that a crash cut off, and removes files whose time is past: at the start and every few minutes.</summary>
sealed class FileSweeper(FileStore files, TimeProvider time, ILogger<FileSweeper> logger) : PeriodicJob(time, TimeSpan.FromMinutes(5), logger), IStartupStep
{
    const int Batch = 100;

    public ValueTask StartAsync(CancellationToken cancel)
    {
        files.RemovePartial();
        Start(atOnce: true);
        return ValueTask.CompletedTask;
    }

    public override async Task RunAsync()
    {
        while (await files.RemoveExpiredAsync(Batch, Stopping) == Batch && !Stopping.IsCancellationRequested)
        {
            // A batch at a time, so that the writer serves others in between.
        }
    }
}
