using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Storage;

/// <summary>Budgets over a tree of tasks.</summary>
public abstract partial class StoreConformance
{
    static readonly UsageTotals Hundred = new() { PromptTokens = 90, CompletionTokens = 10 };

    [Fact]
    public async Task A_reached_budget_stops_the_whole_tree_in_the_commit_of_the_step_and_keeps_the_step()
    {
        await TreeAsync(TaskBudget.ActionStop, maxTokens: 250);
        Assert.Equal(AgentExecutionStatus.Executing, (await SpendAsync("leaf", 1)).Status);
        await SpendAsync("other", 1);
        var leaf = await SpendAsync("leaf", 2);

        Assert.Equal((AgentExecutionStatus.Stopped, 2, true), (leaf.Status, leaf.SessionLast, Budgets.Holds(leaf)));
        Assert.Equal("Task 'leaf' was stopped by the budget of task 'top' (max_tokens 250 for the task with its sub-tasks), which is reached.", Budgets.Sentence(leaf));
        foreach (var id in new[] { "top", "other" })
            Assert.Equal(AgentExecutionStatus.Stopped, (await FindAsync(id))!.Status);
        Assert.Equal((300, "max_tokens"), ((await FindAsync("top"))!.Fields.Usage!.Tree.PromptTokens + 30, (await FindAsync("top"))!.Fields.Usage!.Reached));
        Assert.Equal(TaskRunState.Detached, (await FindAsync("other"))!.Run!.State);
        Assert.Equal(ErrorCodes.BudgetReached, (await RefusedAsync(Steps("leaf", 9, (3, "note", "1")) with { Lease = leaf.Run!.Lease })).Code);
        Store.Reopen();
        Assert.Equal("max_tokens", (await FindAsync("top"))!.Fields.Usage!.Reached);
    }

    [Fact]
    public async Task A_budget_that_pauses_holds_the_tree_until_a_person_grants_as_much_again()
    {
        await TreeAsync(TaskBudget.ActionPause, maxTokens: 200);
        await SpendAsync("leaf", 1);
        var leaf = await SpendAsync("leaf", 2);
        Store.Reopen();

        var top = (await FindAsync("top"))!;
        Assert.Equal((AgentExecutionStatus.Paused, "budget", TaskWait.Approval), (top.Status, top.Fields.HitlRequest!.WaitNodeId, top.WaitsFor));
        Assert.Equal((AgentExecutionStatus.Paused, "top", TaskWait.Budget), (leaf.Status, leaf.HeldBy, leaf.WaitsFor));
        Assert.Equal(["leaf", "other"], (await ListAsync(new() { WaitsFor = TaskWait.Budget })).Order());
        Assert.Equal(ErrorCodes.BudgetReached, (await RefusedAsync(Save("leaf", 20, AgentExecutionStatus.Pending))).Code);
        Assert.Equal(ErrorCodes.TurnOpen, (await RefusedAsync(Create("leaf", 20))).Code);

        await ChangeAsync(new TaskCommand.Approve(Org, "top", At(30), "dana", null));
        foreach (var id in new[] { "top", "leaf", "other" })
            Assert.Equal((AgentExecutionStatus.Pending, null), ((await FindAsync(id))!.Status, (await FindAsync(id))!.HeldBy));
        await ChangeAsync(new TaskCommand.EndRun(Org, "leaf", At(31), leaf.Run!.Lease));
        await ChangeAsync(Steps("leaf", 32, Hundred, (3, "note", "1")));
        Assert.Equal(AgentExecutionStatus.Pending, (await FindAsync("top"))!.Status);
        await ChangeAsync(Steps("leaf", 33, Hundred, (4, "note", "1")));
        Assert.Equal((AgentExecutionStatus.Paused, AgentExecutionStatus.Paused), ((await FindAsync("top"))!.Status, (await FindAsync("other"))!.Status));
        await ChangeAsync(new TaskCommand.Reject(Org, "top", At(40), "dana", null, null));
        foreach (var id in new[] { "top", "leaf", "other" })
            Assert.Equal(AgentExecutionStatus.Stopped, (await FindAsync(id))!.Status);
    }

    [Fact]
    public async Task A_budget_of_the_task_alone_does_not_count_its_children()
    {
        await TreeAsync(TaskBudget.ActionStop, maxTokens: 100, scope: TaskBudget.ScopeTask);
        await SpendAsync("leaf", 1);
        await SpendAsync("leaf", 2);
        Assert.Equal(AgentExecutionStatus.Executing, (await FindAsync("top"))!.Status);
        Assert.Equal(AgentExecutionStatus.Stopped, (await SpendAsync("top", 1)).Status);
    }

    [Fact]
    public async Task A_child_that_comes_too_late_is_held_with_the_rest()
    {
        await TreeAsync(TaskBudget.ActionPause, maxTokens: 100);
        await SpendAsync("leaf", 1);
        await ChangeAsync(Create("late", 20, fields => fields.ParentExecution = "top"));
        Assert.Equal("top", (await FindAsync("late"))!.HeldBy);
    }

    [Fact]
    public async Task What_waits_for_an_approval_of_its_own_goes_on_only_after_both()
    {
        await TreeAsync(TaskBudget.ActionPause, maxTokens: 100);
        await ChangeAsync(new TaskCommand.RequestApproval(Org, "other", At(10), new HumanInTheLoopRequest { WaitNodeId = "n", ActionHash = "h" }, null));
        await SpendAsync("leaf", 1);
        var decided = await ChangeAsync(new TaskCommand.Approve(Org, "other", At(20), "dana", null));
        Assert.Equal((AgentExecutionStatus.Paused, null), (decided.Status, decided.Fields.HitlRequest));
        await ChangeAsync(new TaskCommand.Approve(Org, "top", At(30), "dana", null));
        Assert.Equal(AgentExecutionStatus.Pending, (await FindAsync("other"))!.Status);
    }

    [Theory]
    [InlineData(TaskBudget.ActionStop, AgentExecutionStatus.Stopped)]
    [InlineData(TaskBudget.ActionPause, AgentExecutionStatus.Paused)]
    public async Task A_next_turn_below_a_reached_budget_does_not_begin_to_run(string action, AgentExecutionStatus status)
    {
        await TreeAsync(action, maxTokens: 150);
        await ChangeAsync(Save("other", 4, AgentExecutionStatus.Completed, lease: (await FindAsync("other"))!.Run!.Lease));
        await SpendAsync("leaf", 1);
        await SpendAsync("leaf", 2);

        await ChangeAsync(Create("other", 30, turn: turn => turn with { MayContinue = true }));

        Assert.Equal(status, (await FindAsync("other"))!.Status);
        Assert.True(Budgets.Holds((await FindAsync("other"))!));
    }

    [Fact]
    public async Task What_spends_below_a_task_that_has_ended_is_held_and_released_with_the_tree()
    {
        await TreeAsync(TaskBudget.ActionPause, maxTokens: 150);
        await ChangeAsync(Create("below", 3, fields => fields.ParentExecution = "other"));
        await ChangeAsync(Save("other", 4, AgentExecutionStatus.Completed, lease: (await FindAsync("other"))!.Run!.Lease));
        var offered = Assert.Single(await ClaimAsync(new Server.Storage.Seat("session-1", 3, 2)));
        await ChangeAsync(Save("below", 5, AgentExecutionStatus.Executing, lease: offered.Run!.Lease));

        await SpendAsync("below", 1);
        var held = await SpendAsync("below", 2);
        Assert.Equal(("top", AgentExecutionStatus.Paused), (held.HeldBy, held.Status));

        await ChangeAsync(new TaskCommand.Approve(Org, "top", At(40), "dana", null));
        Assert.Equal((null, AgentExecutionStatus.Pending), ((await FindAsync("below"))!.HeldBy, (await FindAsync("below"))!.Status));
    }

    /// <summary>Task top with the budget, below it leaf and other, all executing.</summary>
    async Task TreeAsync(string action, long maxTokens, string scope = TaskBudget.ScopeTree)
    {
        await ChangeAsync(Create("top", 0, fields => fields.Budget = new TaskBudget { MaxTokens = maxTokens, Action = action, Scope = scope }));
        await ChangeAsync(Create("leaf", 1, fields => fields.ParentExecution = "top"));
        await ChangeAsync(Create("other", 2, fields => fields.ParentExecution = "top"));
        foreach (var offered in await ClaimAsync(new Server.Storage.Seat("session-1", 3, 0)))
            await ChangeAsync(Save(offered.Id, 3, AgentExecutionStatus.Executing, lease: offered.Run!.Lease));
    }

    async Task<TaskRecord> SpendAsync(string id, int step)
    {
        await ChangeAsync(Steps(id, 10 + step, Hundred, (step, "model", "1")) with { Lease = (await FindAsync(id))!.Run!.Lease });
        return (await FindAsync(id))!;
    }
}
