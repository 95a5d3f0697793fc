using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

/// <summary>Nudges the readers of every task that a commit changed, deleted ones too: their streams end.</summary>
sealed class EventNudges(IEventSignal signal) : ITaskChangeListener
{
    public void Committed(IReadOnlyList<TaskChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            var task = changes[i].Either;
            signal.Nudge(task.Organization, task.Id, task.Sequence);
        }
    }
}
