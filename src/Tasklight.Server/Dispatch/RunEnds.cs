using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>Ends runs in the store: a run that holds its lease is queued again, any other one only gives its slot back.</summary>
sealed class RunEnds(TaskService service, ITaskStore store, ISessionStore sessions, WorkerHub hub, ILogger<RunEnds> logger)
{
    const int Passes = 3;

    /// <summary>
    /// Ends one run of a living session. False when the store takes no writes now; the run is then as before, and the worker's word is kept in
    /// the session's correction counter.
    /// </summary>
    /// <param name="reason">What happened, for the record of a task whose attempts are used up.</param>
    /// <param name="isUncounted">The delivery does not count as an attempt.</param>
    public async ValueTask<bool> EndAsync(WorkerSession session, SessionRun run, string reason, bool isUncounted = false)
    {
        try
        {
            await service.ApplyAsync(Command(session.Organization, run.TaskId, run.Run, reason, isUncounted));
            return true;
        }
        catch (StoreUnavailableException problem)
        {
            logger.EndNotStored(problem, run.TaskId, session.Id);
            session.Untake(run);
            return false;
        }
    }

    /// <summary>Ends the runs of sessions that are not stored any more: a crash may have come between the two.</summary>
    public async ValueTask EndStraysAsync(CancellationToken cancel)
    {
        foreach (var key in await store.StraysAsync(cancel))
        {
            if (await store.FindAsync(key.Organization, key.TaskId, cancel) is { Run: { } run })
            {
                await service.ApplyAsync(Command(key.Organization, key.TaskId, run, "its worker's session is gone", isUncounted: false));
            }
        }
    }

    /// <summary>The worker has cancelled the handler of a stopped run.</summary>
    public async ValueTask ConfirmStopAsync(WorkerSession session, string taskId, string lease)
    {
        try
        {
            await service.ApplyAsync(new TaskCommand.ConfirmStop(session.Organization, taskId, service.Now, lease));
        }
        catch (StoreUnavailableException problem)
        {
            logger.EndNotStored(problem, taskId, session.Id);
        }
    }

    /// <summary>Ends a session and everything it still holds. What cannot be stored now is tried again by the next sweep.</summary>
    public async Task CloseAsync(WorkerSession session, string reason, bool isUncounted = false)
    {
        if (!session.TryRetire())
        {
            return;
        }

        try
        {
            for (var pass = 1; pass <= Passes; pass++)
            {
                // An offer that was on its way when the session ended may come in behind the first look.
                var held = await store.RunsOfAsync(session.Organization, session.Id);
                if (held.Count == 0)
                {
                    break;
                }

                foreach (var task in held)
                {
                    await service.ApplyAsync(Command(session.Organization, task.Id, task.Run!, reason, isUncounted));
                }
            }
        }
        catch (StoreUnavailableException problem)
        {
            logger.SessionNotClosed(problem, session.Id);
        }

        if (hub.TryRemove(session))
        {
            await ForgetAsync(session);
            logger.Ended(session.Id, session.Stored.AgentId, reason);
        }
    }

    TaskCommand.Redeliver Command(string organization, string taskId, TaskRun run, string reason, bool isUncounted) =>
        new(organization, taskId, service.Now, run.Lease, reason) { Uncounted = isUncounted };

    async Task ForgetAsync(WorkerSession session)
    {
        try
        {
            await sessions.RemoveSessionAsync(session.Organization, session.Id);
        }
        catch (StoreUnavailableException problem)
        {
            // It comes back with the next start and expires then.
            logger.SessionNotClosed(problem, session.Id);
        }
    }
}
