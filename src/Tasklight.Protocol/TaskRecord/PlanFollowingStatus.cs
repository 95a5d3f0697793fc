namespace Tasklight.Protocol;

/// <summary>Whether a plan lets its task finish (contract: task-object §9).</summary>
public sealed record PlanFollowingStatus
{
    /// <summary>Nothing enforced is open.</summary>
    public bool CanFinish { get; init; }

    /// <summary>What is open; never null.</summary>
    public IReadOnlyList<DeepPlanningItem> UncompletedTasks { get; init => field = value ?? []; } = [];
}
