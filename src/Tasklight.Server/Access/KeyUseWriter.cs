using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Access;

/// <summary>Writes down the last use of keys every few seconds, and once at the end.</summary>
sealed class KeyUseWriter(KeyRing keys, Readiness readiness, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            await readiness.WhenReady.WaitAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await WriteAsync();
        }
        catch (OperationCanceledException)
        {
            if (readiness.IsReady)
                await WriteAsync();
        }
    }

    async ValueTask WriteAsync()
    {
        try
        {
            await keys.NoteUsesAsync();
        }
        catch (StoreUnavailableException)
        {
            // A note nobody waits for; the next use makes a new one.
        }
    }
}
