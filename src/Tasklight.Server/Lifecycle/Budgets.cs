using System.Globalization;
using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>What a budget says about what was used (docs/budgets.md). Pure.</summary>
static class Budgets
{
    /// <summary>The <c>wait_node_id</c> of the request to grant more.</summary>
    public const string WaitNode = "budget";

    /// <summary>The limit that is reached, by its key; null while none is. Each grant allows as much again.</summary>
    public static string? Reached(TaskBudget budget, TaskUsage usage, int grants)
    {
        var used = budget.Scope == TaskBudget.ScopeTask ? usage : usage.Tree;
        var times = 1 + grants;
        return
            used.PromptTokens + used.CompletionTokens >= budget.MaxTokens * times ? "max_tokens"
            : used.Cost >= budget.MaxCost * times ? "max_cost"
            // Calls are told before they are made: the one too many is not made.
            : used.ToolCalls > budget.MaxToolCalls * times ? "max_tool_calls"
            : null;
    }

    /// <summary>How much of the limit was used, as people read it; empty for seconds.</summary>
    public static string Used(TaskBudget budget, TaskUsage usage, string limit)
    {
        var used = budget.Scope == TaskBudget.ScopeTask ? usage : usage.Tree;
        return limit switch
        {
            "max_tokens" => string.Create(CultureInfo.InvariantCulture, $"; {used.PromptTokens + used.CompletionTokens} tokens are used"),
            "max_cost" => string.Create(CultureInfo.InvariantCulture, $"; {used.Cost} is used"),
            "max_tool_calls" => string.Create(CultureInfo.InvariantCulture, $"; {used.ToolCalls} calls are made or asked for"),
            _ => "",
        };
    }

    /// <summary>Until when the task may go on executing; null without a limit.</summary>
    public static DateTimeOffset? Until(TaskRecord task) => task is { WorkingSince: { } since, Fields.Budget.MaxSeconds: { } seconds }
        ? since.AddSeconds(Math.Min((seconds * (1 + task.BudgetGrants)) - task.Worked.TotalSeconds, TaskDefaults.LongestWork))
        : null;

    /// <summary>The limit with its value, as people read it: <c>max_tokens 1000</c>.</summary>
    public static string Limit(TaskBudget budget, string limit, int grants)
    {
        var value = limit switch
        {
            "max_tokens" => budget.MaxTokens,
            "max_cost" => budget.MaxCost,
            "max_tool_calls" => budget.MaxToolCalls,
            "max_seconds" => (decimal?)budget.MaxSeconds,
            _ => null,
        };
        return string.Create(CultureInfo.InvariantCulture, $"{limit} {value * (1 + grants)}{(budget.Scope == TaskBudget.ScopeTree && limit != "max_seconds" ? " for the task with its sub-tasks" : "")}");
    }

    /// <summary>True when a budget, its own or one above it, has ended or holds the task's run, or what runs below it.</summary>
    public static bool Holds(TaskRecord task) =>
        task.HeldBy is not null
        || (task.Fields.Usage?.Reached is not null && task.Status is not (AgentExecutionStatus.Pending or AgentExecutionStatus.Executing))
        || IsStoppedBy(task);

    /// <summary>How a stop by a budget begins to say who did it.</summary>
    public const string StoppedBy = "the budget of task '";

    /// <summary>Why the run of such a task is over, in a sentence.</summary>
    public static string Sentence(TaskRecord task) => task switch
    {
        { HeldBy: { } above } => $"The budget of task '{above}', above task '{task.Id}', is reached: both are paused until a person grants more.",
        { Status: AgentExecutionStatus.Stopped } when IsStoppedBy(task) => $"Task '{task.Id}' was stopped by {task.Fields.StopDetails!.By}, which is reached.",
        { Status: AgentExecutionStatus.Stopped } => $"The budget of task '{task.Id}' is reached ({LimitOf(task)}) and was not granted again: it was stopped by {task.Fields.StopDetails?.By}.",
        { IsTerminal: true } => $"The budget of task '{task.Id}' is reached ({LimitOf(task)}), and the task has ended: nothing more runs below it.",
        _ => $"The budget of task '{task.Id}' is reached ({LimitOf(task)}): it is paused until a person grants more.",
    };

    static bool IsStoppedBy(TaskRecord task) =>
        task.Status == AgentExecutionStatus.Stopped && task.Fields.StopDetails?.By?.StartsWith(StoppedBy, StringComparison.Ordinal) == true;

    static string LimitOf(TaskRecord task) => Limit(task.Fields.Budget!, task.Fields.Usage!.Reached!, task.BudgetGrants);
}
