namespace Tasklight.Protocol;

/// <summary>An agent's plan for a task (contract: task-object §9). Two plans are equal when their flags and items are.</summary>
public sealed record DeepPlanning
{
    /// <summary>No plan: all flags false, no items.</summary>
    public static DeepPlanning None { get; } = new();

    /// <summary>The agent may plan.</summary>
    public bool Enabled { get; init; }

    /// <summary>A started plan must be worked off before the task may finish.</summary>
    public bool Enforce { get; init; }

    /// <summary>The plan is being worked off.</summary>
    public bool Started { get; init; }

    /// <summary>The agent asked the user something and waits for the answer.</summary>
    public bool QuestionRaised { get; init; }

    /// <summary>The items in order; never null.</summary>
    public IReadOnlyList<DeepPlanningItem> Tasks { get; init => field = value ?? []; } = [];

    /// <inheritdoc/>
    public bool Equals(DeepPlanning? other) =>
        other is not null
        && (Enabled, Enforce, Started, QuestionRaised) == (other.Enabled, other.Enforce, other.Started, other.QuestionRaised)
        && Tasks.SequenceEqual(other.Tasks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Enabled, Enforce, Started, QuestionRaised, Tasks.Count);
}
