namespace Tasklight.Protocol;

/// <summary>Whether a plan lets its task finish (contract: task-object §9).</summary>
public sealed record PlanFollowingStatus
{
    /// <summary>Nothing enforced is open.</summary>
    public bool CanFinish { get; init; }

    /// <summary>What is open; never null.</summary>
    public IReadOnlyList<DeepPlanningItem> UncompletedTasks { get; init => field = value ?? []; } = [];

    /// <summary>Judges a plan. Only one that is enabled, enforced and started, and does not wait for an answer, holds its task.</summary>
    public static PlanFollowingStatus Of(DeepPlanning plan)
    {
        if (plan is not { Enabled: true, Enforce: true, Started: true, QuestionRaised: false })
        {
            return new() { CanFinish = true };
        }

        DeepPlanningItem[] open = [.. plan.Tasks.Where(item => !item.Completed)];
        return new() { CanFinish = open.Length == 0, UncompletedTasks = open };
    }
}
