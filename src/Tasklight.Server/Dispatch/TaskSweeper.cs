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
    DateTimeOffset _hearsSince = time.GetUtcNow();

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

    /// <summary>The server takes saves from now on: begins, and wakes every agent that has queued tasks.</summary>
    public Task BeginAsync()
    {
        _hearsSince = service.Now;
        Start();
        return WakeAsync();
    }

    // Every agent that has queued tasks.
    async Task WakeAsync()
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
            ticks[i] = service.ApplyAsync(new TaskCommand.Tick(due[i].Organization, due[i].TaskId, service.Now) { HearsSince = _hearsSince }).AsTask();
        }

        return Task.WhenAll(ticks);
    }
}
