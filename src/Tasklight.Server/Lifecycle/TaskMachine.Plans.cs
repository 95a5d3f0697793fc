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
        var (plan, problem) = command.Change.ApplyTo(task.Fields.DeepPlanning);
        if (problem is not null)
            return new TaskDecision.Refusal(RefusalReason.Invalid, ErrorCodes.ValidationFailed, problem);

        var edit = new TaskEdit(task, command.Now);
        edit.Fields.DeepPlanning = plan;
        // The question is the answer of this run.
        if (command.Change is PlanChange.Ask ask)
            edit.Fields.Result = ask.Question;
        return edit.Done();
    }
}
