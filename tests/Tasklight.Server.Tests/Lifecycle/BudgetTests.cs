using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using static Tasklight.Server.Tests.Lifecycle.TaskBuilder;

namespace Tasklight.Server.Tests.Lifecycle;

/// <summary>What one task's budget counts.</summary>
public sealed class BudgetTests
{
    [Fact]
    public void Tokens_and_cost_end_the_run_when_they_are_reached()
    {
        Assert.Equal(AgentExecutionStatus.Executing, Spend(new() { MaxTokens = 10 }, new() { PromptTokens = 9 }).Status);
        Assert.Equal(AgentExecutionStatus.Stopped, Spend(new() { MaxTokens = 10 }, new() { PromptTokens = 6, CompletionTokens = 4 }).Status);
        Assert.Equal(AgentExecutionStatus.Executing, Spend(new() { MaxCost = 0.5m }, new() { Cost = 0.49m }).Status);
        Assert.Equal(AgentExecutionStatus.Stopped, Spend(new() { MaxCost = 0.5m }, new() { Cost = 0.5m }).Status);
    }

    [Fact]
    public void Tool_calls_end_the_run_with_the_one_too_many()
    {
        Assert.Equal(AgentExecutionStatus.Executing, Spend(new() { MaxToolCalls = 2 }, new() { ToolCalls = 2 }).Status);
        Assert.Equal(AgentExecutionStatus.Stopped, Spend(new() { MaxToolCalls = 2 }, new() { ToolCalls = 3 }).Status);
        Assert.Equal(AgentExecutionStatus.Stopped, Spend(new() { MaxToolCalls = 0 }, new() { ToolCalls = 1 }).Status);
    }

    [Fact]
    public void Seconds_count_while_the_task_is_executing_and_pauses_do_not()
    {
        var executing = Start(new() { MaxSeconds = 60 });
        Assert.Equal(At(62), executing.DueAt);
        var asked = executing.After(new TaskCommand.RequestApproval(Org, Id, At(22), new HumanInTheLoopRequest { WaitNodeId = "n" }, null));
        Assert.Null(asked.DueAt);
        var again = asked.After(EndRun(23)).After(new TaskCommand.Approve(Org, Id, At(5_000), "dana", null)).After(Offer(5_001)).After(Save(5_002, Patch(AgentExecutionStatus.Executing)));
        Assert.Equal(At(5_042), again.DueAt);
        Assert.Same(again, again.After(new TaskCommand.Tick(Org, Id, At(5_041))));

        var stopped = again.After(new TaskCommand.Tick(Org, Id, At(5_042)));
        Assert.Equal((AgentExecutionStatus.Stopped, "max_seconds", TaskRunState.Detached), (stopped.Status, stopped.Fields.Usage!.Reached, stopped.Run!.State));
        Assert.Contains("max_seconds 60", Budgets.Sentence(stopped), StringComparison.Ordinal);
    }

    [Fact]
    public void A_granted_budget_allows_as_much_again()
    {
        var paused = Start(new() { MaxSeconds = 60, Action = TaskBudget.ActionPause }).After(new TaskCommand.Tick(Org, Id, At(62)));
        Assert.Equal((AgentExecutionStatus.Paused, "budget"), (paused.Status, paused.Fields.HitlRequest!.WaitNodeId));
        var again = paused.After(new TaskCommand.Approve(Org, Id, At(100), "dana", null)).After(EndRun(101)).After(Offer(102)).After(Save(110, Patch(AgentExecutionStatus.Executing)));
        Assert.Equal((At(170), null), (again.DueAt, again.Fields.Usage!.Reached));
    }

    [Fact]
    public void A_grant_that_is_not_enough_for_what_was_used_is_asked_for_again()
    {
        var paused = Spend(new() { MaxToolCalls = 2, Action = TaskBudget.ActionPause }, new() { ToolCalls = 5 });
        var once = paused.After(new TaskCommand.Approve(Org, Id, At(6), "dana", null));
        var twice = once.After(new TaskCommand.Approve(Org, Id, At(7), "dana", null));

        Assert.Equal((AgentExecutionStatus.Paused, "max_tool_calls", 1, true), (once.Status, once.Fields.Usage!.Reached, once.Fields.Usage.Granted, once.HasOpenApproval));
        Assert.StartsWith("max_tool_calls 4 for the task with its sub-tasks; 5 calls are made or asked for.", once.Fields.HitlRequest!.Description, StringComparison.Ordinal);
        Assert.Equal((AgentExecutionStatus.Pending, null, 2), (twice.Status, twice.Fields.Usage!.Reached, twice.Fields.Usage.Granted));
    }

    [Theory]
    [InlineData(AgentExecutionStatus.Pending)]
    [InlineData(AgentExecutionStatus.Paused)]
    public void A_stop_by_the_budget_is_not_taken_back_by_a_save(AgentExecutionStatus status)
    {
        var stopped = Spend(new() { MaxTokens = 10 }, new() { PromptTokens = 10 }).After(EndRun(10));
        Assert.Equal(ErrorCodes.BudgetReached, stopped.Refused(Save(11, Patch(status))).Code);
    }

    [Fact]
    public void A_budget_reached_while_an_approval_waits_stops_at_once_or_is_asked_for_after_it()
    {
        var used = new TaskCommand.AddUsage(Org, Id, At(6), new() { PromptTokens = 20 });
        var approve = new TaskCommand.Approve(Org, Id, At(7), "dana", null);
        TaskRecord Asked(string action) => Start(new() { MaxTokens = 10, Action = action }).After(new TaskCommand.RequestApproval(Org, Id, At(5), new HumanInTheLoopRequest { WaitNodeId = "mine" }, null));

        Assert.Equal((AgentExecutionStatus.Stopped, "max_tokens"), (Asked(TaskBudget.ActionStop).After(used).Status, Asked(TaskBudget.ActionStop).After(used).Fields.Usage!.Reached));
        var decided = Asked(TaskBudget.ActionPause).After(used).After(approve);
        Assert.Equal((AgentExecutionStatus.Paused, "budget"), (decided.Status, decided.Fields.HitlRequest!.WaitNodeId));
        Assert.Equal(AgentExecutionStatus.Paused, decided.After(approve).Status);
        Assert.Equal(AgentExecutionStatus.Pending, decided.After(approve).After(approve).Status);
    }

    [Fact]
    public void Tokens_of_a_workers_report_count_once_and_not_again_where_steps_told_of_them()
    {
        var done = Start(new() { MaxTokens = 1_000 }).After(Save(3, Patch(AgentExecutionStatus.Completed, "done")));
        var reported = done.After(Report(4, 60, 40));
        Assert.Equal((60, 40, 100), Used(reported.After(Report(5, 60, 40))));
        Assert.Equal((80, 40, 120), Used(reported.After(Report(5, 80, 30))));

        var told = Spend(new() { MaxTokens = 1_000 }, new() { PromptTokens = 70, CompletionTokens = 50, CachedTokens = 20 });
        Assert.Equal((70, 50, 120), Used(told.After(Report(6, 70, 50))));
    }

    [Fact]
    public void A_report_that_reaches_the_budget_leaves_the_end_as_it_is_and_tells_those_above()
    {
        var done = Pending(fields =>
        {
            (fields.ParentExecution, fields.LlmModelProvider, fields.LlmModelName) = ("top", "acme", "small");
            fields.Budget = new() { MaxCost = 1 };
        }).After(Offer(1)).After(Save(2, Patch(AgentExecutionStatus.Completed, "done")));

        var change = done.Changed(Report(4, 60, 40) with { Priced = usage => new() { PromptTokens = usage.PromptTokens, CompletionTokens = usage.CompletionTokens, Cost = usage.Model == "acme/small" ? 2 : 0 } });

        Assert.Equal((AgentExecutionStatus.Completed, "done", "max_cost"), (change.Task.Status, change.Task.Fields.Result, change.Task.Fields.Usage!.Reached));
        Assert.Equal(("top", 60, 2m), change.FollowUps.OfType<TaskCommand.AddUsage>().Select(add => (add.TaskId, add.Usage.PromptTokens, add.Usage.Cost)).Single());
    }

    [Fact]
    public void A_report_in_a_turn_that_no_worker_has_had_is_an_earlier_turns()
    {
        var next = Ended(AgentExecutionStatus.Completed).After(new TaskCommand.Create(Org, Id, At(11), Turn()));
        Assert.Null(next.After(Report(12, 60, 40)).Fields.Usage);
    }

    static TaskCommand.RecordMetrics Report(double at, int prompt, int completion) =>
        new(Org, Id, At(at), new ExecutionMetricsReport { ExecutionId = Id, Source = "sdk", AiModel = "xpander", LlmTokens = new() { Worker = new() { PromptTokens = prompt, CompletionTokens = completion } } }, null);

    static (long, long, long) Used(TaskRecord task) => (task.Fields.Usage!.PromptTokens, task.Fields.Usage.CompletionTokens, task.Fields.Usage.Tree.PromptTokens + task.Fields.Usage.Tree.CompletionTokens);

    [Fact]
    public void A_new_turn_begins_with_nothing_used_and_nothing_reached()
    {
        var stopped = Spend(new() { MaxTokens = 10 }, new() { PromptTokens = 10 }).After(EndRun(10));
        var next = stopped.After(new TaskCommand.Create(Org, Id, At(11), Turn(fields => fields.Budget = new() { MaxTokens = 10 })));
        Assert.Equal((AgentExecutionStatus.Pending, null, 1), (next.Status, next.Fields.Usage, next.SessionLast));
    }

    [Fact]
    public void What_is_used_of_a_waiting_approval_does_not_take_its_place()
    {
        var asked = Start(new() { MaxTokens = 10, Action = TaskBudget.ActionPause }).After(new TaskCommand.RequestApproval(Org, Id, At(5), new HumanInTheLoopRequest { WaitNodeId = "mine" }, null));
        Assert.Equal("mine", asked.After(new TaskCommand.AddUsage(Org, Id, At(6), new() { PromptTokens = 20 })).Fields.HitlRequest!.WaitNodeId);
    }

    static TaskRecord Start(TaskBudget budget) => Pending(fields => fields.Budget = budget).After(Offer(1)).After(Save(2, Patch(AgentExecutionStatus.Executing)));

    static TaskRecord Spend(TaskBudget budget, UsageTotals used)
    {
        var task = Start(budget);
        return task.After(new TaskCommand.SaveSession(Org, Id, At(5), [new SessionDraft(1, "model", "1"u8.ToArray())], used, task.Run!.Lease));
    }
}
