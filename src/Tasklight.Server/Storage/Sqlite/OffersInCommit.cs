using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// Offers the tasks that a transaction queued in that same transaction: one commit less between a create and its worker. It remembers whose
/// queues are empty; what comes into an empty queue need not be searched for.
/// </summary>
sealed class OffersInCommit(TaskBatch tasks, Claims claims, TimeProvider time)
{
    readonly HashSet<AgentKey> _empty = [];
    readonly List<OfferedAgent> _offered = [];
    readonly List<TaskRecord> _queued = [];

    /// <summary>Where the free slots are known; null while nothing is dispatched.</summary>
    public ISeatKeeper? Seats { get; set; }

    /// <summary>Once a transaction, behind its requests and before its commit.</summary>
    public void Offer()
    {
        if (Seats is not { } seats)
            return;

        // Offers are changes too, behind those that are looked at here.
        var changes = tasks.Changes;
        for (int i = 0, count = changes.Count; i < count; i++)
        {
            if (IsNewlyQueued(changes[i]) && AgentOf(changes[i]) is var agent && !_offered.Exists(offered => offered.Agent == agent))
                _offered.Add(Offer(seats, agent, count));
        }
    }

    /// <summary>After the commit was announced, or after the rollback.</summary>
    public void GiveBack(bool isCommitted)
    {
        foreach (var (agent, hasSeats, offered, isQueueEmpty) in _offered)
        {
            if (isCommitted && isQueueEmpty)
                _empty.Add(agent);
            if (hasSeats)
                Seats!.GiveBack(agent, isCommitted ? offered : [], isCommitted && isQueueEmpty);
        }

        _offered.Clear();
    }

    OfferedAgent Offer(ISeatKeeper seats, in AgentKey agent, int changes)
    {
        var wasEmpty = _empty.Remove(agent);
        if (seats.Take(agent) is not { } free)
            return new OfferedAgent(agent, HasSeats: false, [], IsQueueEmpty: false);
        if (free.Count == 0)
            return new OfferedAgent(agent, HasSeats: true, [], IsQueueEmpty: false);
        if (!wasEmpty || claims.HasLimits(agent) || HasBeyond(free))
            return new OfferedAgent(agent, HasSeats: true, claims.Claim(tasks, agent, free, time.Now()), claims.IsQueueEmpty(tasks, agent));

        CollectQueued(agent, changes);
        var offered = Claims.ClaimNew(tasks, _queued, free, time.Now());
        return new OfferedAgent(agent, HasSeats: true, offered, offered.Count == _queued.Count);
    }

    static bool HasBeyond(IReadOnlyList<Seat> seats)
    {
        for (var i = 0; i < seats.Count; i++)
        {
            if (seats[i].Beyond > 0)
                return true;
        }

        return false;
    }

    // Later commands of the same transaction may have stopped a task, or taken it away and brought it back.
    void CollectQueued(in AgentKey agent, int changes)
    {
        _queued.Clear();
        for (var i = 0; i < changes; i++)
        {
            var change = tasks.Changes[i];
            if (IsNewlyQueued(change) && AgentOf(change) == agent && tasks.Find(KeyOf(change)) is { IsQueued: true } task && !_queued.Contains(task))
                _queued.Add(task);
        }
    }

    static bool IsNewlyQueued(TaskChange change) => change is { After.IsQueued: true, Before: not { IsQueued: true } };

    static AgentKey AgentOf(TaskChange change) => new(change.Either.Organization, change.Either.Fields.AgentId);

    static TaskKey KeyOf(TaskChange change) => new(change.Either.Organization, change.Either.Id);

    readonly record struct OfferedAgent(AgentKey Agent, bool HasSeats, IReadOnlyList<TaskRecord> Offered, bool IsQueueEmpty);
}
