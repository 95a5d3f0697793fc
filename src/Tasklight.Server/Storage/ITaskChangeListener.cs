namespace Tasklight.Server.Storage;

/// <summary>Hears of every commit, on the writer's thread, before callers get their answer; must be quick and must not throw.</summary>
interface ITaskChangeListener
{
    void Committed(IReadOnlyList<TaskChange> changes);
}
