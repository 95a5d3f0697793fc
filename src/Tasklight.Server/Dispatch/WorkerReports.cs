using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Dispatch;

/// <summary>
/// What a worker posts to its own id: heartbeats, capacity, ends of runs, goodbyes (contract: worker-protocol §2.2, extensions §3). A report
/// of an unknown worker is ignored: a client does not look at the answer, and a session that expired has lost its runs already.
/// </summary>
sealed class WorkerReports(WorkerHub hub, RunEnds ends)
{
    public ValueTask TakeAsync(string organization, string workerId, WorkerEvent report)
    {
        if (hub.Find(organization, workerId) is not { } session)
        {
            return ValueTask.CompletedTask;
        }

        hub.Heard(session, report.Event == WorkerEventNames.Heartbeat);
        return report.Event switch
        {
            WorkerEventNames.CapacityUpdate => TakeCapacityAsync(session, report),
            WorkerEventNames.RunEnded => TakeEndAsync(session, report),
            WorkerEventNames.TaskStopped => TakeStopAsync(session, report),
            WorkerEventNames.Finished => TakeGoodbyeAsync(session, report),
            _ => ValueTask.CompletedTask,
        };
    }

    /// <summary>Ends the runs of a session whose slots are all free by its own account: they ended without a save.</summary>
    public async ValueTask SettleAsync(WorkerSession session)
    {
        foreach (var run in session.TakeSpent())
        {
            await ends.EndAsync(session, run, "the worker told the end of all its runs, but this one saved none");
        }
    }

    async ValueTask TakeCapacityAsync(WorkerSession session, WorkerEvent report)
    {
        if (!report.TryGetCapacity(out var isBusy))
        {
            return;
        }

        if (session.SetBusy(isBusy, report.Id) is { } ended)
        {
            await ends.EndAsync(session, ended, "the worker told the end of the run");
        }

        if (!isBusy)
        {
            hub.Nudge(session.Organization, session.Stored.AgentId);
            await SettleAsync(session);
        }
    }

    async ValueTask TakeEndAsync(WorkerSession session, WorkerEvent report)
    {
        if (report.TryGetRunEnded(out var lease) && session.Take(lease.LeaseId) is { } run)
        {
            await ends.EndAsync(session, run, "the handler ended without saving an end");
        }
    }

    async ValueTask TakeStopAsync(WorkerSession session, WorkerEvent report)
    {
        if (report.TryGetTaskStopped(out var lease) && session.TaskOf(lease.LeaseId) is { } taskId)
        {
            await ends.ConfirmStopAsync(session, taskId, lease.LeaseId);
        }
    }

    /// <summary>
    /// Runs whose leases are named go to others at once and do not count as attempts. A Tasklight worker's other runs may still be finishing:
    /// its session gets no more work and ends with the last of them. Without the list everything is handed back.
    /// </summary>
    async ValueTask TakeGoodbyeAsync(WorkerSession session, WorkerEvent report)
    {
        if (!IsList(report.Data, "lease_ids", out var leases) && !IsList(report.Data, "leases", out leases))
        {
            await ends.CloseAsync(session, "the worker left", isUncounted: true);
            return;
        }

        session.Leave();
        foreach (var lease in leases.EnumerateArray())
        {
            if (lease.ValueKind == JsonValueKind.String && session.Take(lease.GetString()!) is { } run)
            {
                await ends.EndAsync(session, run, "the worker handed the task back", isUncounted: true);
            }
        }
    }

    static bool IsList(JsonElement data, string name, out JsonElement list)
    {
        list = default;
        return data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out list) && list.ValueKind == JsonValueKind.Array;
    }
}
