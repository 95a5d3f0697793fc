using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Logins;

/// <summary>Forgets old pages to log in. They are kept far beyond their own time, because tasks that name them may wait that long for another login.</summary>
sealed class LoginSweeper(ILoginStore store, TimeProvider time, ILogger<LoginSweeper> logger) : PeriodicJob(time, Every, logger)
{
    const int Batch = 1_000;
    static readonly TimeSpan Every = TimeSpan.FromHours(1);
    static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    readonly TimeProvider _time = time;

    public override async Task RunAsync()
    {
        while (await store.TrimAttemptsAsync(_time.Now() - Kept, Batch) == Batch && !Stopping.IsCancellationRequested)
        {
            // A batch at a time, so that the writer serves others in between.
        }
    }
}
