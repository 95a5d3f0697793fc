using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>Stop, its confirmation, and removal (design law 5; contract: sdk-http §6.5, worker-protocol §8).</summary>
static partial class TaskMachine
{
    static TaskDecision Stop(TaskRecord task, TaskCommand.Stop stop)
    {
        var edit = new TaskEdit(task, stop.Now) { NotTold = stop.NotTold };
        if (task.IsTerminal)
            StopBelow(edit, stop.By);
        else
            StopTree(edit, task, stop.By);
        return edit.Done();
    }

    static void StopTree(TaskEdit edit, TaskRecord task, string by)
    {
        var run = task.Run?.Turn == task.Turn ? task.Run : null;
        edit.Fields.StopDetails = new TaskStop
        {
            RequestedAt = edit.Now,
            By = by,
            // Of a run that has saved its end, or its pause, nothing is left to be cancelled.
            ConfirmedAt = run is null or { State: TaskRunState.Closed } ? edit.Now : null,
            EndedAt = run is null ? edit.Now : null,
        };
        edit.Fields.IsManuallyStopped = true;
        edit.Fields.HitlRequest = null;
        edit.Fields.PendingEcaRequest = null;
        edit.Record = edit.Record with { HasOpenApproval = false };
        edit.CloseRun(TaskRunState.Detached);
        edit.Record = edit.Record with { EndedBy = null };
        edit.Enter(AgentExecutionStatus.Stopped);
        StopBelow(edit, by);
    }

    static void StopBelow(TaskEdit edit, string by)
    {
        if (!edit.After.OpenChildren.Any())
            return;
        ForOpenChildren(edit, child => new TaskCommand.Stop(edit.Fields.OrganizationId, child, edit.Now, by) { NotTold = edit.Fields.Id });
        // They all end in this commit. Heard of one by one, a thousand of them would be a thousand events with lists of up to a thousand.
        edit.Fields.FinishedSubExecutions = [.. edit.Fields.FinishedSubExecutions.Union(edit.Fields.SubExecutions)];
        edit.Record = edit.Record with { OpenBelow = [] };
    }

    static void ForOpenChildren(TaskEdit edit, Func<string, TaskCommand> command)
    {
        foreach (var child in edit.After.OpenChildren)
            edit.Follow(command(child));
    }

    static TaskDecision ConfirmStop(TaskRecord task, TaskCommand.ConfirmStop confirm)
    {
        if (task.Run?.Lease != confirm.Lease || task.Run.Turn != task.Turn || task.Fields.StopDetails is not { ConfirmedAt: null } stop)
            return Unchanged(task);
        var edit = new TaskEdit(task, confirm.Now);
        edit.Fields.StopDetails = stop with { ConfirmedAt = confirm.Now };
        return edit.Done();
    }

    static TaskDecision.Change Delete(TaskRecord task, TaskCommand.Delete delete)
    {
        var followUps = task.Fields.SubExecutions.Select(TaskCommand (child) => new TaskCommand.Delete(delete.Organization, child, delete.Now) { NotTold = task.Id });
        // What is gone goes on no more.
        if (task is { IsOpen: true, Fields.ParentExecution: { } parent } && parent != delete.NotTold)
            followUps = followUps.Append(new TaskCommand.FinishChild(delete.Organization, parent, delete.Now, task.Id, Finished: true, OpenBelow: false));
        return new(task, []) { IsDeletion = true, FollowUps = [.. followUps] };
    }
}
