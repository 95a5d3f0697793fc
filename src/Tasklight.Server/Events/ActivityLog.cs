using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

/// <summary>Reads logs into threads.</summary>
sealed class ActivityLog(ITaskStore store)
{
    const int Batch = 500;

    /// <summary>The activity of a task. Lifecycle events alone are enough for its messages.</summary>
    public async ValueTask<ActivityFold> ReadAsync(string organization, string taskId, bool messagesOnly, CancellationToken cancel)
    {
        var fold = new ActivityFold(taskId);
        var position = 0L;
        while (await store.ReadEventsAsync(organization, taskId, position, Batch, lifecycleOnly: messagesOnly, cancel) is { Count: > 0 } events)
        {
            foreach (var e in events)
            {
                fold.Add(e);
            }

            position = events[^1].Sequence;
        }

        return fold;
    }
}
