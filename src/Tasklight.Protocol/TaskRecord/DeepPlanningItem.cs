namespace Tasklight.Protocol;

/// <summary>One line of an agent's plan (contract: task-object §9).</summary>
public sealed record DeepPlanningItem
{
    /// <summary>The item's id, by which the plan tools find it; a new UUID unless set.</summary>
    public string Id { get; init => field = value ?? NewId(); } = NewId();

    /// <summary>What is to be done.</summary>
    public string Title { get; init => field = value ?? ""; } = "";

    /// <summary>Whether it is done.</summary>
    public bool Completed { get; init; }

    private static string NewId() => Guid.NewGuid().ToString();
}
