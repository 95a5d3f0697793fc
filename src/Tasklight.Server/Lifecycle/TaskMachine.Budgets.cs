using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>What happens when a budget is reached: the task and all below it are stopped, or held until a person grants more (docs/budgets.md).</summary>
static partial class TaskMachine
{
    /// <summary>Looks whether what was used reaches a limit.</summary>
    static void CheckBudget(TaskEdit edit, TaskRecord task)
    {
        if (Budgets.Holds(task))
            HoldBelow(edit, task);
        if (task.IsTerminal || task.HeldBy is not null || task.HasOpenApproval || edit.Fields is not { Budget: { } budget, Usage: { } usage })
            return;
        if (Budgets.Reached(budget, usage, task.BudgetGrants) is { } limit)
            ReachBudget(edit, task, budget, limit);
    }

    static void ReachBudget(TaskEdit edit, TaskRecord task, TaskBudget budget, string limit)
    {
        edit.Fields.Usage = (edit.Fields.Usage ?? new TaskUsage()) with { Reached = limit };
        if (budget.Action == TaskBudget.ActionStop)
        {
            StopTree(edit, task, $"{Budgets.StoppedBy}{task.Id}' ({Budgets.Limit(budget, limit, task.BudgetGrants)})");
            return;
        }

        edit.Fields.HitlRequest = new HumanInTheLoopRequest
        {
            WaitNodeId = Budgets.WaitNode,
            Title = $"The budget is reached: {limit}",
            Description = $"{Budgets.Limit(budget, limit, task.BudgetGrants)}. An approval grants as much again; a rejection stops the task with its sub-tasks.",
        };
        edit.Record = edit.Record with { HasOpenApproval = true };
        edit.CloseRun(TaskRunState.Detached);
        edit.Enter(AgentExecutionStatus.Paused);
        ForOpenChildren(edit, task, child => new TaskCommand.HoldForBudget(task.Organization, child, edit.Now, task.Id));
    }

    /// <summary>Something below goes on, or begins, though the budget is reached: a turn begun meanwhile, say.</summary>
    static void HoldBelow(TaskEdit edit, TaskRecord task) => ForOpenChildren(edit, task, child => task.IsTerminal
        ? new TaskCommand.Stop(task.Organization, child, edit.Now, task.Fields.StopDetails?.By ?? $"{Budgets.StoppedBy}{task.Id}'")
        : new TaskCommand.HoldForBudget(task.Organization, child, edit.Now, task.HeldBy ?? task.Id));

    /// <summary>The answer to a run that a budget has ended; null when none has.</summary>
    static TaskDecision.Refusal? EndedByBudget(TaskRecord task, string? lease) =>
        Budgets.Holds(task) && (lease is null || task.Run?.Lease == lease) ? Conflict(ErrorCodes.BudgetReached, Budgets.Sentence(task)) : null;

    static TaskDecision HoldForBudget(TaskRecord task, TaskCommand.HoldForBudget hold)
    {
        if (task.IsTerminal)
            return Unchanged(task);
        var edit = new TaskEdit(task, hold.Now);
        // What waits for an approval goes on waiting, and is held after it. Any other pause ends by a new turn.
        if (task.Status != AgentExecutionStatus.Paused || task.HasOpenApproval)
        {
            edit.Record = edit.Record with { HeldBy = task.HeldBy ?? hold.By };
            edit.CloseRun(TaskRunState.Detached);
            edit.Enter(AgentExecutionStatus.Paused);
        }

        ForOpenChildren(edit, task, child => new TaskCommand.HoldForBudget(task.Organization, child, edit.Now, hold.By));
        return edit.Done();
    }

    static TaskDecision ReleaseForBudget(TaskRecord task, TaskCommand.ReleaseForBudget release)
    {
        if (task.IsTerminal)
            return Unchanged(task);
        var edit = new TaskEdit(task, release.Now);
        if (task.HeldBy == release.By)
        {
            edit.Record = edit.Record with { HeldBy = null };
            if (!task.HasOpenApproval)
                Requeue(edit);
        }

        ForOpenChildren(edit, task, child => new TaskCommand.ReleaseForBudget(task.Organization, child, edit.Now, release.By));
        return edit.Done();
    }

    /// <summary>The budget's request was approved: as much again is allowed, and all below goes on.</summary>
    static void GrantBudget(TaskEdit edit, TaskRecord task)
    {
        edit.Fields.Usage = edit.Fields.Usage! with { Reached = null };
        edit.Record = edit.Record with { BudgetGrants = task.BudgetGrants + 1 };
        ForOpenChildren(edit, task, child => new TaskCommand.ReleaseForBudget(task.Organization, child, edit.Now, task.Id));
    }

    static void Requeue(TaskEdit edit)
    {
        edit.Fields.WorkerId = edit.Record.Pin;
        edit.Enter(AgentExecutionStatus.Pending);
    }

    static bool AsksForBudget(TaskRecord task) => task.Fields is { Usage.Reached: not null, HitlRequest.WaitNodeId: Budgets.WaitNode };

    static void ForOpenChildren(TaskEdit edit, TaskRecord task, Func<string, TaskCommand> command)
    {
        foreach (var child in task.Fields.SubExecutions.Except(task.Fields.FinishedSubExecutions))
            edit.Follow(command(child));
    }
}
