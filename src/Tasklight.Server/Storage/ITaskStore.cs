using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage;

/// <summary>Where tasks and their logs live. Each verb's promise is in its sentence; StoreConformance is the whole specification.</summary>
interface ITaskStore
{
    /// <summary>
    /// Decides the command against the task's row under its lock (<see cref="TaskMachine.Decide"/>), follow-ups included, and commits row, events
    /// and idempotency record together. Returns after the commit; throws <see cref="StoreUnavailableException"/> when nothing was written.
    /// </summary>
    ValueTask<TaskOutcome> ApplyAsync(TaskCommand command);

    /// <summary>Offers queued tasks of one agent to the seats, highest priority first, oldest first within it, the least busy seat first, inside the agent's limits.</summary>
    ValueTask<IReadOnlyList<TaskRecord>> ClaimAsync(string organization, string agentId, IReadOnlyList<Seat> seats, DateTimeOffset now);

    /// <summary>From now on, tasks that a commit queues are offered to these seats in that same commit, where the store can.</summary>
    void OfferTo(ISeatKeeper seats);

    /// <summary>The task, or null. Sees every commit that was acknowledged before the call.</summary>
    ValueTask<TaskRecord?> FindAsync(string organization, string taskId, CancellationToken cancel = default);

    /// <summary>Events with a sequence above <paramref name="after"/>, in order, at most <paramref name="limit"/>; only lifecycle ones when asked.</summary>
    ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(string organization, string taskId, long after, int limit, bool lifecycleOnly = false, CancellationToken cancel = default);

    /// <summary>Steps of the task's session with a number above <paramref name="after"/>, in order; as many as a page holds, at least one when there is one.</summary>
    ValueTask<IReadOnlyList<StoredStep>> ReadSessionAsync(string organization, string taskId, int after, CancellationToken cancel = default);

    /// <summary>One page of tasks, newest first, by keyset. Its cost does not grow with history.</summary>
    ValueTask<TaskPage> ListAsync(string organization, TaskQuery query, CancellationToken cancel = default);

    /// <summary>True when the text is a place that <see cref="TaskPage.Next"/> may have named.</summary>
    bool IsCursor(string text);

    /// <summary>All tasks with a run of this session, oldest run first.</summary>
    ValueTask<IReadOnlyList<TaskRecord>> RunsOfAsync(string organization, string session, CancellationToken cancel = default);

    /// <summary>Tasks with a run whose session is not stored, of all organizations: nobody will ever end such a run. Asked at start.</summary>
    ValueTask<IReadOnlyList<TaskKey>> StraysAsync(CancellationToken cancel = default);

    /// <summary>Tasks whose <see cref="TaskRecord.DueAt"/> has passed, of all organizations, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<TaskKey>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel = default);

    /// <summary>How many tasks of the agent hold a lease, in all and of one end user (for <c>why</c>), and the queue position of a task.</summary>
    ValueTask<QueueView> QueueViewAsync(TaskRecord task, CancellationToken cancel = default);

    /// <summary>Agents that have queued tasks, of all organizations (at start, and as the sweeper's safety net).</summary>
    ValueTask<IReadOnlyList<AgentKey>> WaitingAgentsAsync(CancellationToken cancel = default);

    /// <summary>Removes chunk events of tasks that ended before <paramref name="endedBefore"/>, at most <paramref name="limit"/> events; returns how many.</summary>
    ValueTask<int> TrimAsync(DateTimeOffset endedBefore, int limit);
}
