using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Access;

/// <summary>Writes down the last use of keys every few seconds, and once at the end.</summary>
sealed class KeyUseWriter(KeyRing keys, TimeProvider time, ILogger<KeyUseWriter> logger) : PeriodicJob(time, TimeSpan.FromSeconds(5), logger), IStartupStep
{
    public ValueTask StartAsync(CancellationToken cancel)
    {
        Start();
        return ValueTask.CompletedTask;
    }

    public override async Task RunAsync()
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

    /// <summary>The store is still open: it was made before what uses it, and goes after.</summary>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await TryRunAsync();
    }
}
