using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>How sessions follow the commits: the only way in which runs come and go.</summary>
sealed partial class WorkerHub
{
    /// <summary>Follows the commits: slots, stops, wake-ups. Sends the dispatch frame of every offer. Runs on the store's writer, so it never waits.</summary>
    public void Committed(IReadOnlyList<TaskChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            Follow(changes[i]);
        }
    }

    void Follow(TaskChange change)
    {
        var organization = change.Either.Organization;
        var before = change.Before?.Run;
        var after = change.After?.Run;
        var isSame = before?.Lease == after?.Lease;
        if (before is not null && !isSame)
        {
            Release(organization, change, before);
        }

        var waits = change.After?.WaitsForSubTasks ?? false;
        var turns = waits != (change.Before?.WaitsForSubTasks ?? false);
        if (after is not null && (turns || !ReferenceEquals(before, after)) && Find(organization, after.Session) is { } session)
        {
            lock (session.Agent.Gate)
            {
                if (isSame)
                {
                    Update(session, change.After!, before!, after);
                }
                else
                {
                    Hold(session, change.After!, after);
                }
            }
        }

        // Work may have come (queued), a slot may be free (the run is gone), a limit may have room (the lease is over, or the run waits for sub-tasks).
        var isNewlyQueued = change is { After.IsQueued: true, Before: not { IsQueued: true } };
        if (isNewlyQueued || (waits && turns) || (before is not null && (!isSame || (before.HoldsLease && !after!.HoldsLease))))
        {
            Wake(new AgentKey(organization, change.Either.Fields.AgentId), isNewlyQueued);
        }
    }

    void Wake(AgentKey key, bool isNewlyQueued)
    {
        if (!_agents.TryGetValue(key, out var agent) || agent.IsClaimedInCommit && isNewlyQueued || agent.IsQueueEmpty && !isNewlyQueued)
        {
            return;
        }

        agent.IsQueueEmpty = false;
        Nudge(key.Organization, key.AgentId);
    }

    void Release(string organization, TaskChange change, TaskRun run)
    {
        if (Find(organization, run.Session) is not { } session)
        {
            return;
        }

        lock (session.Agent.Gate)
        {
            session.Release(run.Lease, isDeleted: change.After is null);
            if (change.After is null && run.HoldsLease)
            {
                session.Stream?.Send(new WorkerFrame.TaskStop(change.Either.Id, run.Lease, "the task was deleted"));
            }
        }
    }

    static void Hold(WorkerSession session, TaskRecord task, TaskRun run)
    {
        var held = session.Hold(task.Id, run);
        held.Follow(task);
        if (run.State == TaskRunState.Offered && session.Stream is { } stream && stream.Send(new WorkerFrame.Execution(task, run.Lease)))
        {
            held.SentOn = stream;
        }
    }

    static void Update(WorkerSession session, TaskRecord task, TaskRun before, TaskRun after)
    {
        if (session.Find(after.Lease) is { } held)
        {
            held.Run = after;
            held.Follow(task);
            held.IsConfirmed |= after.State is TaskRunState.Running or TaskRunState.Closed;
        }

        // A worker that shows leases ends its runs itself, so a run that is closed and still there was ended by somebody else's save.
        if (before.HoldsLease && (after.State == TaskRunState.Detached || (after.State == TaskRunState.Closed && !session.IsBaseline)))
        {
            session.Stream?.Send(new WorkerFrame.TaskStop(task.Id, after.Lease, WorkerSession.StopReason(task)));
        }
    }
}
