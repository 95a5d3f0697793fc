namespace Tasklight.Server.Storage;

/// <summary>Several listeners as one, in order.</summary>
sealed class TaskChangeListeners(ITaskChangeListener[] listeners) : ITaskChangeListener
{
    public void Committed(IReadOnlyList<TaskChange> changes)
    {
        foreach (var listener in listeners)
            listener.Committed(changes);
    }
}
