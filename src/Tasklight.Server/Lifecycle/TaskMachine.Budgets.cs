using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>What happens when a budget is reached: the task and all below it are stopped, or held until a person grants more (docs/budgets.md).</summary>
static partial class TaskMachine
{
    /// <summary>Looks whether what was used, by the task or below it, reaches a limit.</summary>
    static void CheckBudget(TaskEdit edit, TaskRecord task)
    {
        if (Budgets.Holds(task))
            HoldBelow(edit, task);
        else if (ReachedLimit(edit) is { } limit)
            ReachBudget(edit, task, limit);
    }

    static string? ReachedLimit(TaskEdit edit) =>
        edit.Fields is { Budget: { } budget, Usage: { } usage } ? Budgets.Reached(budget, usage, edit.Record.BudgetGrants) : null;

    static void ReachBudget(TaskEdit edit, TaskRecord task, string limit)
    {
        var budget = edit.Fields.Budget!;
        edit.Fields.Usage = (edit.Fields.Usage ?? new TaskUsage()) with { Reached = limit };
        var by = $"{Budgets.StoppedBy}{task.Id}' ({Budgets.Limit(budget, limit, edit.Record.BudgetGrants)})";
        if (task.IsTerminal)
        {
            // What it left behind; nobody grants more to a task that has ended.
            StopBelow(edit, by);
            return;
        }

        if (budget.Action == TaskBudget.ActionStop)
        {
            StopTree(edit, task, by);
            return;
        }

        // What waits for a decision of its own asks for the budget after it.
        if (!edit.Record.HasOpenApproval)
            AskForBudget(edit, limit);
        ForOpenChildren(edit, child => new TaskCommand.HoldForBudget(task.Organization, child, edit.Now, task.Id));
    }

    static void AskForBudget(TaskEdit edit, string limit)
    {
        var (budget, usage, grants) = (edit.Fields.Budget!, edit.Fields.Usage!, edit.Record.BudgetGrants);
        edit.Fields.Usage = usage with { Reached = limit };
        edit.Fields.HitlRequest = new HumanInTheLoopRequest
        {
            WaitNodeId = Budgets.WaitNode,
            Title = $"The budget is reached: {limit}",
            Description = $"{Budgets.Limit(budget, limit, grants)}{Budgets.Used(budget, usage, limit)}. An approval grants as much again; a rejection stops the task with its sub-tasks.",
        };
        edit.Record = edit.Record with { HasOpenApproval = true };
        edit.CloseRun(TaskRunState.Detached);
        edit.Enter(AgentExecutionStatus.Paused);
    }

    /// <summary>Something below goes on, or begins, though the budget is reached: a turn begun meanwhile, say.</summary>
    static void HoldBelow(TaskEdit edit, TaskRecord task) => ForOpenChildren(edit, child => task.IsTerminal
        ? new TaskCommand.Stop(task.Organization, child, edit.Now, task.Fields.StopDetails?.By ?? $"{Budgets.StoppedBy}{task.Id}'")
        : new TaskCommand.HoldForBudget(task.Organization, child, edit.Now, task.HeldBy ?? task.Id));

    /// <summary>The answer to a run that a budget has ended; null when none has.</summary>
    static TaskDecision.Refusal? EndedByBudget(TaskRecord task, string? lease) =>
        Budgets.Holds(task) && (lease is null || task.Run?.Lease == lease) ? Conflict(ErrorCodes.BudgetReached, Budgets.Sentence(task)) : null;

    static TaskDecision HoldForBudget(TaskRecord task, TaskCommand.HoldForBudget hold)
    {
        var edit = new TaskEdit(task, hold.Now);
        // What waits for an approval goes on waiting, and is held after it. Any other pause ends by a new turn.
        if (!task.IsTerminal && (task.Status != AgentExecutionStatus.Paused || task.HasOpenApproval))
        {
            edit.Record = edit.Record with { HeldBy = task.HeldBy ?? hold.By };
            edit.CloseRun(TaskRunState.Detached);
            edit.Enter(AgentExecutionStatus.Paused);
        }

        ForOpenChildren(edit, child => new TaskCommand.HoldForBudget(task.Organization, child, edit.Now, hold.By));
        return edit.Done();
    }

    static TaskDecision ReleaseForBudget(TaskRecord task, TaskCommand.ReleaseForBudget release)
    {
        var edit = new TaskEdit(task, release.Now);
        if (task.HeldBy == release.By)
        {
            edit.Record = edit.Record with { HeldBy = null };
            if (!task.HasOpenApproval)
                Requeue(edit);
        }

        ReleaseBelow(edit, release.By);
        return edit.Done();
    }

    /// <summary>The budget's request was approved: as much again is allowed, and all below goes on. What was used may be more than that, too: then it is asked again.</summary>
    static void GrantBudget(TaskEdit edit, TaskRecord task)
    {
        edit.Record = edit.Record with { BudgetGrants = task.BudgetGrants + 1, HasOpenApproval = false };
        edit.Fields.Usage = edit.Fields.Usage! with { Reached = null, Granted = edit.Record.BudgetGrants };
        edit.Fields.HitlRequest = null;
        if (ReachedLimit(edit) is { } limit)
        {
            AskForBudget(edit, limit);
            return;
        }

        ReleaseBelow(edit, task.Id);
        GoOn(edit);
    }

    /// <summary>A wait is over: the task is queued again, unless its budget has been reached meanwhile, or that of a task above holds it.</summary>
    static void GoOn(TaskEdit edit)
    {
        if (edit.Record.HeldBy is not null)
            return;
        if (edit.Fields.Usage?.Reached is { } limit)
            AskForBudget(edit, limit);
        else
            Requeue(edit);
    }

    static void Requeue(TaskEdit edit)
    {
        edit.Fields.WorkerId = edit.Record.Pin;
        edit.Enter(AgentExecutionStatus.Pending);
    }

    static void ReleaseBelow(TaskEdit edit, string by) =>
        ForOpenChildren(edit, child => new TaskCommand.ReleaseForBudget(edit.Fields.OrganizationId, child, edit.Now, by));

    static bool AsksForBudget(TaskRecord task) => task.Fields is { Usage.Reached: not null, HitlRequest.WaitNodeId: Budgets.WaitNode };
}
