using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>How a task gets to a worker, back from it, and what time alone does to it (design §3).</summary>
static partial class TaskMachine
{
    static TaskDecision Offer(TaskRecord task, TaskCommand.Offer offer)
    {
        if (!task.IsQueued)
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' is not waiting for a worker (status {task.Status.ToWire()}).");
        if (task.Pin is not null && task.Pin != offer.Session)
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' waits for worker '{task.Pin}'.");

        var attempt = task.Attempt + 1;
        var lease = LeaseId.Of(offer.Session, task.Id, task.Turn, attempt, offer.Now);
        var run = new TaskRun(offer.Session, lease, task.Turn, attempt, TaskRunState.Offered, offer.Now);
        return new TaskDecision.Change(task with { Attempt = attempt, Run = run, EndedBy = null }, []);
    }

    static TaskDecision EndRun(TaskRecord task, TaskCommand.EndRun end)
    {
        if (task.Run is not { } run || run.Lease != end.Lease)
            return Unchanged(task);
        if (run.HoldsLease)
            return Requeue(task, end.Now, "the worker ended the run without saving its end", counts: true);
        return FreeSlot(task, end.Now);
    }

    static TaskDecision Redeliver(TaskRecord task, TaskCommand.Redeliver redeliver)
    {
        if (task.Run is not { } run || run.Lease != redeliver.Lease)
            return Unchanged(task);
        return run.HoldsLease ? Requeue(task, redeliver.Now, redeliver.Reason, !redeliver.Uncounted) : FreeSlot(task, redeliver.Now);
    }

    static TaskDecision.Change FreeSlot(TaskRecord task, DateTimeOffset now)
    {
        var edit = new TaskEdit(task, now);
        if (task.Fields.StopDetails is { EndedAt: null } stop && task.Run!.Turn == task.Turn)
            edit.Fields.StopDetails = stop with { EndedAt = now };
        edit.Record = task with { Run = null };
        return edit.Done();
    }

    static TaskDecision.Change Requeue(TaskRecord task, DateTimeOffset now, string reason, bool counts)
    {
        var edit = new TaskEdit(task, now);
        // A pin that named the lost worker would bind the task to it for ever.
        edit.Record = counts
            ? task with { Run = null, LostRuns = task.LostRuns + 1, Pin = null }
            : task with { Run = null, Attempt = task.Attempt - 1 };
        edit.Fields.Attempt = edit.Record.Attempt;
        if (edit.Record.LostRuns >= task.MaxAttempts)
        {
            edit.Fields.Result = $"The task was delivered {edit.Record.LostRuns} times (max_attempts {task.MaxAttempts}) and no run saved its end; the last one: {reason}.";
            edit.Enter(AgentExecutionStatus.Error);
            return edit.Done();
        }

        edit.Fields.WorkerId = edit.Record.Pin;
        edit.Enter(AgentExecutionStatus.Pending);
        return edit.Done();
    }

    static TaskDecision Tick(TaskRecord task, TaskCommand.Tick tick) => task.Status switch
    {
        AgentExecutionStatus.Pending => TickPending(task, tick.Now, tick.HearsSince),
        AgentExecutionStatus.Paused when task.DueAt <= tick.Now => ExpireApproval(task, tick.Now),
        AgentExecutionStatus.Executing when task.RunsUntil <= tick.Now => Overrun(task, tick.Now),
        AgentExecutionStatus.Executing when Budgets.Until(task) <= tick.Now => OverBudget(task, tick.Now),
        _ => Unchanged(task),
    };

    static TaskDecision.Change TickPending(TaskRecord task, DateTimeOffset now, DateTimeOffset hearsSince)
    {
        if (task.Run is { HoldsLease: true })
            return task.DueAt <= now && hearsSince + TaskDefaults.OfferConfirmation <= now ? Requeue(task, now, "no save confirmed the delivery", counts: true) : Unchanged(task);
        if (task.StartBy <= now)
        {
            var edit = new TaskEdit(task, now);
            edit.Fields.Result = $"No worker took the task by {WireTime.Format(task.StartBy.Value)} (start_within).";
            edit.Enter(AgentExecutionStatus.Failed);
            return edit.Done();
        }

        if (task.IsDue || task.Fields.NotBefore > now)
            return Unchanged(task);
        return new TaskDecision.Change(task with { IsDue = true }, []);
    }

    static TaskDecision.Change OverBudget(TaskRecord task, DateTimeOffset now)
    {
        var edit = new TaskEdit(task, now);
        ReachBudget(edit, task, "max_seconds");
        return edit.Done();
    }

    static TaskDecision.Change Overrun(TaskRecord task, DateTimeOffset now)
    {
        var edit = new TaskEdit(task, now);
        edit.Fields.Result = $"The run took longer than {task.MaxRunSeconds} s (max_run_seconds) and was ended.";
        edit.CloseRun(TaskRunState.Detached);
        edit.Enter(AgentExecutionStatus.Error);
        return edit.Done();
    }
}
