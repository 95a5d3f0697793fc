using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage;

/// <summary>
/// Knows the free slots of the workers. A store that is the only writer asks it within a commit that queues tasks, so that they are offered in
/// that same commit instead of one of their own. Called by the writer alone, so it never waits.
/// </summary>
interface ISeatKeeper
{
    /// <summary>
    /// The free seats of an agent, perhaps none, held for the caller until <see cref="GiveBack"/>. Null when the agent has no worker, or when
    /// somebody else is claiming for it, who will then look again.
    /// </summary>
    IReadOnlyList<Seat>? Take(AgentKey agent);

    /// <summary>After the commit was announced, or was rolled back.</summary>
    /// <param name="agent">The agent whose seats were taken.</param>
    /// <param name="offered">What they got; empty after a rollback.</param>
    /// <param name="isQueueEmpty">No task of the agent is left waiting, so a slot that comes free has nothing to look for.</param>
    void GiveBack(AgentKey agent, IReadOnlyList<TaskRecord> offered, bool isQueueEmpty);
}
