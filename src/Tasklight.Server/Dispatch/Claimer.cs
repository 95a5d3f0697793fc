using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>Gives queued tasks to free slots: one loop an agent, woken by <see cref="IAgentSignal.Nudge"/>, gone when there is nothing to do.</summary>
sealed class Claimer(WorkerHub hub, ITaskStore store, TaskService service, ILogger<Claimer> logger)
{
    /// <summary>Starts the loop of an agent; <see cref="AgentSessions.Wake"/> said that it does not run.</summary>
    public void Start(AgentSessions agent) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Claimer.RunAsync(work.Agent), (Claimer: this, Agent: agent), preferLocal: false);

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
                    // Its session ended while the claim was under way, and nobody would look at it again.
                    await service.ApplyAsync(new TaskCommand.Redeliver(agent.Key.Organization, offered[i].Id, service.Now, run.Lease, "the worker left before it got the task") { Uncounted = true });
                }
            }

            if (offered.Count < free)
            {
                return;
            }
        }
    }
}
