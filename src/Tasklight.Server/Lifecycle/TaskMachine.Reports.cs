using Tasklight.Protocol;
using Tasklight.Server.Events;

namespace Tasklight.Server.Lifecycle;

/// <summary>Events and metrics that a run tells about itself, and what children tell their parent.</summary>
static partial class TaskMachine
{
    static TaskDecision Push(TaskRecord task, TaskCommand.Push push)
    {
        if (push.Lease is { } lease && !Holds(task, lease) && task.EndedBy != lease)
            return LeaseLost(task, lease);

        var edit = new TaskEdit(task, push.Now);
        foreach (var pushed in push.Events)
            edit.Emit(pushed.Type, pushed.Data, pushed.Kind, pushed.Time);
        Count(edit, task, new UsageTotals { ToolCalls = push.ToolCalls }, task.Id);
        return edit.Done();
    }

    static TaskDecision RecordMetrics(TaskRecord task, TaskCommand.RecordMetrics command)
    {
        if (command.Lease is { } lease && !Holds(task, lease) && task.EndedBy != lease)
            return LeaseLost(task, lease);

        var (edit, metrics) = (new TaskEdit(task, command.Now), command.Metrics);
        edit.Emit(HiddenEvents.Metrics, AsciiJson.Bytes(metrics, ProtocolJson.Default.ExecutionMetricsReport), EventKind.Hidden);
        // Reports come after the end of a run. In a turn that has not begun to run they can only be an earlier turn's.
        if (task.Status == AgentExecutionStatus.Pending)
            return edit.Done();
        if (metrics.LlmTokens.Worker is { TotalTokens: > 0 } tokens)
            edit.Fields.Tokens = tokens;
        if (metrics.ApiCallsMade is { Count: > 0 } tools)
            edit.Fields.UsedTools = tools;
        if (metrics.Duration is > 0 and { } seconds)
            edit.Fields.Duration = seconds;
        return edit.Done();
    }

    static TaskDecision.Change AddChild(TaskRecord task, TaskCommand.AddChild add)
    {
        var edit = new TaskEdit(task, add.Now);
        if (task.Fields.SubExecutions.Contains(add.ChildId))
            return edit.Done();
        edit.Fields.SubExecutions = [.. task.Fields.SubExecutions, add.ChildId];
        edit.Emit(TaskEventTypes.SubAgentTrigger, add.Trigger);
        if (Budgets.Holds(task))
        {
            // It was created while the budget was being reached.
            HoldBelow(edit, task with { Fields = edit.Fields });
        }

        return edit.Done();
    }

    static TaskDecision.Change FinishChild(TaskRecord task, TaskCommand.FinishChild finish)
    {
        var edit = new TaskEdit(task, finish.Now);
        var ended = task.Fields.FinishedSubExecutions;
        if (finish.Finished && !ended.Contains(finish.ChildId))
            edit.Fields.FinishedSubExecutions = [.. ended, finish.ChildId];
        else if (!finish.Finished && ended.Contains(finish.ChildId))
            edit.Fields.FinishedSubExecutions = [.. ended.Where(id => id != finish.ChildId)];
        // Its next turn has no more to spend than this one.
        if (!finish.Finished && Budgets.Holds(task))
            HoldBelow(edit, task with { Fields = edit.Fields });
        return edit.Done();
    }
}
