namespace Tasklight.Server.Storage;

/// <summary>A free place for tasks: a worker session and how many more runs it can take.</summary>
/// <param name="Session">The session's id, which is also the worker id that a pin names.</param>
/// <param name="InUse">Slots in use, to find the least busy one.</param>
readonly record struct Seat(string Session, int Free, int InUse)
{
    /// <summary>Sub-tasks that it can take beyond that, in place of runs that wait for sub-tasks of their own.</summary>
    public int Beyond { get; init; }
}
