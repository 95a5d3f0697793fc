using FsCheck;
using FsCheck.Fluent;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using static Tasklight.Server.Tests.Lifecycle.TaskBuilder;
using static Tasklight.Server.Tests.Lifecycle.TaskForest;

namespace Tasklight.Server.Tests.Lifecycle;

/// <summary>What is done to a task with all that goes on below it, also below sub-tasks that have ended.</summary>
public sealed class TreeTests
{
    const int Ids = 8;

    readonly TaskForest _forest = new();

    [Fact]
    public void A_stop_reaches_the_next_turn_below_a_sub_task_that_had_ended()
    {
        Grow();
        Apply(Save("leaf", 4, AgentExecutionStatus.Completed), Save("child", 5, AgentExecutionStatus.Completed), Create("leaf", 6, "child"));
        Assert.Equal(["child"], _forest["root"].Fields.FinishedSubExecutions);
        Assert.Equal(["child"], _forest["root"].OpenBelow);

        Apply(Stop("root", 7));

        Assert.Equal(AgentExecutionStatus.Stopped, _forest["leaf"].Status);
        Assert.Equal(AgentExecutionStatus.Completed, _forest["child"].Status);
        Assert.False(_forest["root"].IsOpen);
    }

    [Fact]
    public void A_stop_reaches_what_a_sub_task_left_behind_when_it_ended()
    {
        Grow();
        Apply(Save("child", 5, AgentExecutionStatus.Failed), Stop("root", 7));
        Assert.Equal(AgentExecutionStatus.Stopped, _forest["leaf"].Status);
    }

    [Fact]
    public void A_stop_of_a_task_that_has_ended_stops_what_it_left_behind_and_leaves_the_task_as_it_is()
    {
        Grow();
        Apply(Save("child", 4, AgentExecutionStatus.Completed), Save("root", 5, AgentExecutionStatus.Completed));
        var before = _forest["root"].Fields;

        Apply(Stop("root", 7));

        var after = _forest["root"].Fields;
        Assert.Equal((before.Status, before.FinishedAt, before.IsManuallyStopped, before.StopDetails), (after.Status, after.FinishedAt, after.IsManuallyStopped, after.StopDetails));
        Assert.Equal(AgentExecutionStatus.Stopped, _forest["leaf"].Status);
        var (left, again) = (_forest["root"], _forest.Apply(Stop("root", 8)));
        Assert.True(again);
        Assert.Same(left, _forest["root"]);
    }

    [Fact]
    public void A_stop_costs_what_goes_on_and_not_what_has_ended()
    {
        Grow();
        for (var n = 0; n < 300; n++)
            Apply(Create("done-" + n, 2, "root"), Save("done-" + n, 3, AgentExecutionStatus.Completed));
        Apply(Stop("root", 7));
        Assert.Equal(3, _forest.Changed);
    }

    [Fact]
    public void A_stop_of_very_many_sub_tasks_is_one_event_of_their_parent()
    {
        Grow();
        for (var n = 0; n < 300; n++)
            Apply(Create("open-" + n, 2, "root"));
        var before = _forest["root"].Sequence;
        Apply(Stop("root", 7));
        Assert.Equal((before + 1, 301), (_forest["root"].Sequence, _forest["root"].Fields.FinishedSubExecutions.Count));
        Assert.All(_forest.Below("root"), task => Assert.Equal(AgentExecutionStatus.Stopped, task.Status));
    }

    [Fact]
    public void A_reached_budget_holds_and_releases_what_goes_on_below_a_sub_task_that_has_ended()
    {
        Grow(new TaskBudget { MaxTokens = 100, Action = TaskBudget.ActionPause });
        Apply(Create("twin", 3, "child"), Save("child", 4, AgentExecutionStatus.Completed));

        Apply(Use("child", 5, 100));
        Assert.Equal(("root", "root"), (_forest["leaf"].HeldBy, _forest["twin"].HeldBy));

        Apply(new TaskCommand.Approve(Org, "root", At(6), "dana", null));
        Assert.Equal((AgentExecutionStatus.Pending, AgentExecutionStatus.Pending), (_forest["leaf"].Status, _forest["twin"].Status));
    }

    [Fact]
    public void A_reached_budget_stops_a_next_turn_below_a_sub_task_that_has_ended()
    {
        Grow(new TaskBudget { MaxTokens = 100 });
        Apply(Save("leaf", 4, AgentExecutionStatus.Completed), Save("child", 4, AgentExecutionStatus.Completed), Use("root", 5, 100), Create("leaf", 6, "child"));
        Assert.Equal(AgentExecutionStatus.Stopped, _forest["leaf"].Status);
        Assert.Contains("the budget of task 'root'", _forest["leaf"].Fields.StopDetails!.By, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TaskBudget.ActionStop)]
    [InlineData(TaskBudget.ActionPause)]
    public void A_budget_reached_after_the_end_of_its_task_stops_what_the_task_left_behind(string action)
    {
        Grow(new TaskBudget { MaxTokens = 100, Action = action });
        Apply(Save("root", 4, AgentExecutionStatus.Completed), Use("root", 5, 100));

        Assert.Equal((AgentExecutionStatus.Completed, "max_tokens"), (_forest["root"].Status, _forest["root"].Fields.Usage!.Reached));
        Assert.Equal((AgentExecutionStatus.Stopped, AgentExecutionStatus.Stopped), (_forest["child"].Status, _forest["leaf"].Status));
        Assert.Equal("The budget of task 'root' is reached (max_tokens 100 for the task with its sub-tasks), and the task has ended: nothing more runs below it.", Budgets.Sentence(_forest["root"]));
        Apply(Create("late", 6, "root"));
        Assert.Equal(AgentExecutionStatus.Stopped, _forest["late"].Status);
    }

    [Fact]
    public void A_parent_hears_of_a_child_that_is_deleted_or_comes_to_it_ended()
    {
        Grow();
        Apply(Create("lone", 3), Save("lone", 4, AgentExecutionStatus.Completed), new TaskCommand.Save(Org, "lone", At(5), new TaskPatch { ParentExecution = "root" }, null));
        Assert.Equal(["lone"], _forest["root"].Fields.FinishedSubExecutions);

        Apply(new TaskCommand.Delete(Org, "child", At(6)));
        Assert.Empty(_forest["root"].OpenChildren);
        Assert.Single(_forest.Tasks, task => task.Id == "root" && !task.WaitsForSubTasks);
    }

    [Fact]
    public void Law_5_after_any_history_a_stop_leaves_nothing_going_on_below() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ArrayOf(60).ToArbitrary(), steps => Walk(steps)));

    static void Walk(int[] steps)
    {
        var forest = new TaskForest();
        for (var n = 0; n < steps.Length; n++)
        {
            var id = Name(steps[n] % Ids);
            forest.Apply(Step(forest, steps[n] / Ids, id, n));
            foreach (var task in forest.Tasks)
                Assert.Equal(forest.Tasks.Where(child => child.Fields.ParentExecution == task.Id && child.IsOpen).Select(child => child.Id).Order(), task.OpenChildren.Order());
        }

        foreach (var root in forest.Tasks.Where(task => task.Fields.ParentExecution is null).Select(task => task.Id).ToList())
        {
            forest.Apply(Stop(root, 1_000));
            Assert.All(forest.Below(root), task => Assert.True(task.IsTerminal, $"{task.Id} is {task.Status} below {root}"));
        }
    }

    /// <summary>A task's parent has a lower number, so that there are no circles, and is there: the API sees to both.</summary>
    static TaskCommand Step(TaskForest forest, int choice, string id, int n)
    {
        var above = forest.Tasks.Select(task => task.Id).Where(other => string.CompareOrdinal(other, id) < 0).Order().ToList();
        var parent = above.Count == 0 ? null : above[choice / 8 % above.Count];
        return (choice % 8) switch
        {
            0 or 1 or 2 => Create(id, n, parent),
            3 => Save(id, n, AgentExecutionStatus.Completed),
            4 => Save(id, n, (AgentExecutionStatus)(choice / 8 % 7)),
            5 => new TaskCommand.Save(Org, id, At(n), parent is null ? new TaskPatch { Title = "root" } : new TaskPatch { ParentExecution = parent }, null),
            6 when choice / 8 % 4 == 0 => new TaskCommand.Delete(Org, id, At(n)),
            6 => Stop(id, n),
            _ => Use(id, n, 1),
        };
    }

    static string Name(int number) => $"t{number}";

    /// <summary>root, child below it, leaf below that; root is executing.</summary>
    void Grow(TaskBudget? budget = null) => Apply(
        Create("root", 0, with: fields => fields.Budget = budget), Create("child", 1, "root"), Create("leaf", 2, "child"), Save("root", 3, AgentExecutionStatus.Executing));

    void Apply(params TaskCommand[] commands) => Assert.All(commands, command => Assert.True(_forest.Apply(command), $"{command} was refused"));
}
