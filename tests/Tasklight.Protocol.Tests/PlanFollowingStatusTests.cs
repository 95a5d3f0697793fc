namespace Tasklight.Protocol.Tests;

public sealed class PlanFollowingStatusTests
{
    private static readonly DeepPlanning Open = new()
    {
        Enabled = true,
        Enforce = true,
        Started = true,
        Tasks = [new() { Id = "1", Title = "done", Completed = true }, new() { Id = "2", Title = "open" }],
    };

    [Fact]
    public void A_started_and_enforced_plan_holds_its_task_by_its_open_items()
    {
        var status = PlanFollowingStatus.Of(Open);

        Assert.False(status.CanFinish);
        Assert.Equal(["open"], status.UncompletedTasks.Select(item => item.Title));
    }

    [Fact]
    public void Any_other_plan_holds_nothing()
    {
        DeepPlanning[] free =
        [
            Open with { Enabled = false }, Open with { Enforce = false }, Open with { Started = false }, Open with { QuestionRaised = true },
            Open with { Tasks = [Open.Tasks[0]] }, DeepPlanning.None,
        ];

        Assert.All(free, plan => Assert.True(PlanFollowingStatus.Of(plan) is { CanFinish: true, UncompletedTasks: [] }));
    }
}
