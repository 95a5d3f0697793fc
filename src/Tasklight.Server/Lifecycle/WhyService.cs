using Tasklight.Protocol;
using Tasklight.Server.Agents;
using Tasklight.Server.Dispatch;
using Tasklight.Server.Logins;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Lifecycle;

/// <summary>Gathers what <see cref="WaitReason"/> needs.</summary>
sealed class WhyService(ITaskStore store, ILoginStore logins, AgentDirectory agents, WorkerHub hub, TimeProvider time)
{
    // Of a tree with very many open sub-tasks not all are looked at.
    const int MostBelow = 100;

    /// <summary>Why the task does not run; null when there is no such task in the organization.</summary>
    public async ValueTask<WhyAnswer?> ExplainAsync(string organization, string taskId, CancellationToken cancel)
    {
        if (await store.FindAsync(organization, taskId, cancel) is not { } task)
        {
            return null;
        }

        var queue = await store.QueueViewAsync(task, cancel);
        var agent = await agents.FindAsync(organization, task.Fields.AgentId, version: null, cancel);
        var below = await PausedBelowAsync(task, cancel);
        return WaitReason.Explain(task, queue, LimitsOf(agent), hub.Views(new AgentKey(organization, task.Fields.AgentId)), time.Now(), await LoginOfAsync(below ?? task, cancel), below);
    }

    // The sub-task, at whatever depth, that keeps a task waiting though it counts as executing.
    async ValueTask<TaskRecord?> PausedBelowAsync(TaskRecord task, CancellationToken cancel)
    {
        var open = new Queue<string>(OpenBelow(task));
        for (var looked = 0; looked < MostBelow && open.TryDequeue(out var id); looked++)
        {
            var below = await store.FindAsync(task.Organization, id, cancel);
            if (below is { Status: AgentExecutionStatus.Paused })
                return below;
            foreach (var deeper in below is null ? [] : OpenBelow(below))
                open.Enqueue(deeper);
        }

        return null;
    }

    static IEnumerable<string> OpenBelow(TaskRecord task) =>
        task.Status == AgentExecutionStatus.Executing ? task.Fields.SubExecutions.Except(task.Fields.FinishedSubExecutions, StringComparer.Ordinal) : [];

    async ValueTask<StoredLoginAttempt?> LoginOfAsync(TaskRecord task, CancellationToken cancel) =>
        task.WaitsFor == TaskWait.Login && LoginState.AttemptOf(task.Organization, task.Fields.PendingEcaRequest?.AuthUrl) is { } attempt
            ? await logins.FindAttemptAsync(task.Organization, attempt, cancel)
            : null;

    static AgentLimits LimitsOf(AgentFields? agent) => agent is null ? default : new(agent.Status != AgentStatus.Inactive, agent.MaxConcurrency, agent.MaxConcurrencyPerUser);
}
