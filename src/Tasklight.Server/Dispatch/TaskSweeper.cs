using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>What time does to tasks: not-before comes, start-within and time limits pass. Also wakes agents whose nudge was lost.</summary>
sealed class TaskSweeper(ITaskStore store, TaskService service, IAgentSignal agents, TimeProvider time, DispatchOptions options, ILogger<TaskSweeper> logger)
    : PeriodicJob(time, options.TaskSweep, logger)
{
    const int Batch = 500;
    const int BatchesARun = 20;

    readonly TimeProvider _time = time;
    long _looked = time.GetTimestamp();

    public override async Task RunAsync()
    {
        for (var batch = 0; batch < BatchesARun; batch++)
        {
            var due = await store.DueAsync(service.Now, Batch, Stopping);
            await TickAsync(due);
            if (due.Count < Batch)
            {
                break;
            }
        }

        if (_time.GetElapsedTime(_looked) >= options.SafetyNet)
        {
            _looked = _time.GetTimestamp();
            await WakeAsync();
        }
    }

    /// <summary>Wakes every agent that has queued tasks.</summary>
    public async Task WakeAsync()
    {
        foreach (var agent in await store.WaitingAgentsAsync(Stopping))
        {
            agents.Nudge(agent.Organization, agent.AgentId);
        }
    }

    // All at once, so that they share a commit.
    Task TickAsync(IReadOnlyList<TaskKey> due)
    {
        var ticks = new Task[due.Count];
        for (var i = 0; i < ticks.Length; i++)
        {
            ticks[i] = service.ApplyAsync(new TaskCommand.Tick(due[i].Organization, due[i].TaskId, service.Now)).AsTask();
        }

        return Task.WhenAll(ticks);
    }
}
