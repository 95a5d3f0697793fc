using Tasklight.Protocol;
using Tasklight.Server.Events;
using Tasklight.Server.Hosting;

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
        Count(edit, task, new UsageTotals { ToolCalls = push.ToolCalls }, isOwn: true);
        return edit.Done();
    }

    static TaskDecision RecordMetrics(TaskRecord task, TaskCommand.RecordMetrics command)
    {
        if (command.Lease is { } lease && !Holds(task, lease) && task.EndedBy != lease)
            return LeaseLost(task, lease);

        var (edit, metrics) = (new TaskEdit(task, command.Now), command.Metrics);
        edit.Emit(HiddenEvents.Metrics, AsciiJson.Bytes(metrics, ProtocolJson.Default.ExecutionMetricsReport), EventKind.Hidden);
        // Reports come after the end of a run. In a turn that no worker has had yet they can only be an earlier turn's.
        if (task is { Status: AgentExecutionStatus.Pending, Attempt: 0 })
            return edit.Done();
        if (metrics.LlmTokens.Worker is { TotalTokens: > 0 } tokens)
        {
            edit.Fields.Tokens = tokens;
            Count(edit, task, command.Priced(NotCounted(task, tokens, metrics.AiModel)), isOwn: true);
        }

        if (metrics.ApiCallsMade is { Count: > 0 } tools)
            edit.Fields.UsedTools = tools;
        if (metrics.Duration is > 0 and { } seconds)
            edit.Fields.Duration = seconds;
        return edit.Done();
    }

    /// <summary>
    /// What a report adds to what is counted. It tells the sum of the turn, perhaps more than once, and a run that stores its steps has told of its tokens
    /// with them: so only what is beyond counts.
    /// </summary>
    static SessionUsage NotCounted(TaskRecord task, Tokens reported, string? model)
    {
        var counted = task.Fields.Usage ?? new();
        return new()
        {
            // Unmodified workers all name the same one, which is none.
            Model = PriceOptions.ModelOf(task.Fields) ?? model,
            PromptTokens = Math.Max(0, reported.PromptTokens - counted.PromptTokens),
            CompletionTokens = Math.Max(0, reported.CompletionTokens - counted.CompletionTokens),
        };
    }

    static TaskDecision.Change AddChild(TaskRecord task, TaskCommand.AddChild add)
    {
        var edit = new TaskEdit(task, add.Now);
        edit.Fields.SubExecutions = WithOrWithout(task.Fields.SubExecutions, add.ChildId, with: true);
        // One of the same id may have been deleted.
        edit.Fields.FinishedSubExecutions = WithOrWithout(task.Fields.FinishedSubExecutions, add.ChildId, with: false);
        edit.Emit(TaskEventTypes.SubAgentTrigger, add.Trigger);
        // It was created while the budget was being reached.
        if (Budgets.Holds(task))
            HoldBelow(edit, task);
        return edit.Done();
    }

    static TaskDecision.Change FinishChild(TaskRecord task, TaskCommand.FinishChild finish)
    {
        var edit = new TaskEdit(task, finish.Now);
        edit.Fields.FinishedSubExecutions = WithOrWithout(task.Fields.FinishedSubExecutions, finish.ChildId, finish.Finished);
        if (task.OpenBelow.Contains(finish.ChildId) != finish.OpenBelow)
            edit.Record = edit.Record with { OpenBelow = WithOrWithout(task.OpenBelow, finish.ChildId, finish.OpenBelow) };
        // A next turn has no more to spend than this one.
        if ((!finish.Finished || finish.OpenBelow) && Budgets.Holds(task))
            HoldBelow(edit, task);
        return edit.Done();
    }

    static IReadOnlyList<string> WithOrWithout(IReadOnlyList<string> ids, string id, bool with) =>
        ids.Contains(id) == with ? ids : with ? [.. ids, id] : [.. ids.Where(other => other != id)];
}
