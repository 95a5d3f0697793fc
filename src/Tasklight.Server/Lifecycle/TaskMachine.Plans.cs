using System.Collections.Immutable;
using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>Plans, changed step by step by the plan tools (contract: task-object §9). A change tells itself as plan_updated.</summary>
static partial class TaskMachine
{
    static TaskDecision ChangePlan(TaskRecord task, TaskCommand.ChangePlan command)
    {
        if (command.Lease is { } lease && !Holds(task, lease))
            return LeaseLost(task, lease);
        if (task.IsTerminal)
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' has ended ({task.Status.ToWire()}); its plan does not change any more.");
        var plan = task.Fields.DeepPlanning;
        if (Problem(task, plan, command.Change) is { } problem)
            return new TaskDecision.Refusal(RefusalReason.Invalid, ErrorCodes.ValidationFailed, problem);

        var edit = new TaskEdit(task, command.Now);
        edit.Fields.DeepPlanning = Changed(plan, command.Change);
        if (command.Change is PlanChange.Ask ask)
            edit.Fields.Result = ask.Question;
        return edit.Done();
    }

    static DeepPlanning Changed(DeepPlanning plan, PlanChange change) => change switch
    {
        PlanChange.Create create => plan with { Tasks = create.Items },
        PlanChange.Add add => plan with { Tasks = [.. plan.Tasks, add.Item] },
        PlanChange.Update update => plan with
        {
            Tasks = [.. plan.Tasks.Select(item => item.Id == update.Id ? item with { Title = update.Title ?? item.Title, Completed = update.Completed ?? item.Completed } : item)],
        },
        PlanChange.Delete delete => plan with { Tasks = [.. plan.Tasks.Where(item => item.Id != delete.Id)] },
        PlanChange.Complete complete => plan with { Tasks = [.. plan.Tasks.Select(item => complete.Ids.Contains(item.Id) ? item with { Completed = true } : item)] },
        PlanChange.Start => plan with { Started = true },
        PlanChange.Ask => plan with { QuestionRaised = true },
        _ => throw new InvalidOperationException($"No rule for the plan change {change.GetType().Name}."),
    };

    /// <summary>Why the change makes no sense, for the model to read; null when it does.</summary>
    static string? Problem(TaskRecord task, DeepPlanning plan, PlanChange change)
    {
        if (change is PlanChange.Start && plan.Tasks.Count == 0)
            return $"The plan of task '{task.Id}' has no items: set it with xpcreate_agent_plan first.";
        ImmutableArray<string> ids = change switch
        {
            PlanChange.Update update => [update.Id],
            PlanChange.Delete delete => [delete.Id],
            PlanChange.Complete complete => complete.Ids,
            _ => [],
        };
        var unknown = ids.Where(id => plan.Tasks.All(item => item.Id != id)).ToList();
        return unknown.Count == 0
            ? null
            : $"The plan of task '{task.Id}' has no item with the id {string.Join(", ", unknown)}. Its items are: {string.Join(", ", plan.Tasks.Select(item => $"{item.Title} (id {item.Id})"))}.";
    }
}
