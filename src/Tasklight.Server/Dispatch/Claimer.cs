using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>
/// Gives queued tasks to free slots: within the commit that queued them when the slots are free then (<see cref="ISeatKeeper"/>), otherwise by
/// one loop an agent, woken by <see cref="IAgentSignal.Nudge"/>, gone when there is nothing to do. An agent is claimed for by one of them at a time.
/// </summary>
sealed class Claimer(WorkerHub hub, ITaskStore store, TaskService service, ILogger<Claimer> logger) : ISeatKeeper
{
    /// <summary>Starts the loop of an agent; <see cref="AgentSessions.Wake"/> said that it does not run.</summary>
    public void Start(AgentSessions agent) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Claimer.RunAsync(work.Agent), (Claimer: this, Agent: agent), preferLocal: false);

    public IReadOnlyList<Seat>? Take(AgentKey key)
    {
        if (hub.IsStopping || hub.AgentWithWorkers(key) is not { } agent || !agent.Wake())
        {
            return null;
        }

        agent.IsClaimedInCommit = true;
        agent.IsQueueEmpty = false;
        return agent.Seats().Seats;
    }

    public void GiveBack(AgentKey key, IReadOnlyList<TaskRecord> offered, bool isQueueEmpty)
    {
        var agent = hub.AgentWithWorkers(key)!;
        agent.IsClaimedInCommit = false;
        agent.IsQueueEmpty = isQueueEmpty;
        for (var i = 0; i < offered.Count; i++)
        {
            if (offered[i].Run is { } run && hub.Find(key.Organization, run.Session) is null)
            {
                _ = TakeBackAsync(offered[i], run);
            }
        }

        // Whatever nudged meanwhile, there is nothing to claim: tasks come by the writer, and that is who calls.
        while (!agent.Rest())
        {
            if (!isQueueEmpty)
            {
                Start(agent);
                return;
            }
        }
    }

    async Task RunAsync(AgentSessions agent)
    {
        do
        {
            try
            {
                await ClaimAsync(agent);
            }
            catch (StoreUnavailableException)
            {
                // The sweeper's look for waiting agents wakes it again.
            }
#pragma warning disable CA1031 // The loop must survive: a claim lost once must not stop the agent for good.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                logger.ClaimFailed(problem, agent.Key.AgentId);
            }
        }
        while (!agent.Rest());
    }

    /// <summary>Claims until seats or work run out. The frames are sent by <see cref="WorkerHub.Committed"/>, in the order of the commits.</summary>
    async ValueTask ClaimAsync(AgentSessions agent)
    {
        while (!hub.IsStopping)
        {
            var (seats, free) = agent.Seats();
            if (free == 0)
            {
                return;
            }

            var offered = await store.ClaimAsync(agent.Key.Organization, agent.Key.AgentId, seats, service.Now);
            for (var i = 0; i < offered.Count; i++)
            {
                if (offered[i].Run is { } run && hub.Find(agent.Key.Organization, run.Session) is null)
                {
                    await RedeliverAsync(offered[i], run);
                }
            }

            if (offered.Count < free)
            {
                return;
            }
        }
    }

    async Task TakeBackAsync(TaskRecord task, TaskRun run)
    {
        try
        {
            await RedeliverAsync(task, run);
        }
#pragma warning disable CA1031 // Nobody awaits it, and a task that stays offered to nobody must at least be told of.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            logger.ClaimFailed(problem, task.Fields.AgentId);
        }
    }

    // Its session ended while the claim was under way, and nobody would look at it again.
    async ValueTask RedeliverAsync(TaskRecord task, TaskRun run) =>
        await service.ApplyAsync(new TaskCommand.Redeliver(task.Organization, task.Id, service.Now, run.Lease, "the worker left before it got the task") { Uncounted = true });
}
