using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>Removes the chunks of tasks that ended a while ago (design §4).</summary>
sealed class TaskPruner(ITaskStore store, TaskService service, TimeProvider time, DispatchOptions options, ILogger<TaskPruner> logger)
    : PeriodicJob(time, options.Pruning, logger)
{
    const int Batch = 5_000;

    public override async Task RunAsync()
    {
        while (await store.TrimAsync(service.Now - options.ChunkLife, Batch) == Batch && !Stopping.IsCancellationRequested)
        {
            // A batch at a time, so that the writer serves others in between.
        }
    }
}
