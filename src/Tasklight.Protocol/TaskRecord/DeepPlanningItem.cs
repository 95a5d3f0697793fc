namespace Tasklight.Protocol;

/// <summary>One line of an agent's plan (contract: task-object §9).</summary>
public sealed record DeepPlanningItem
{
    /// <summary>The item's id, a UUID when the server made it.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>What is to be done.</summary>
    public string Title { get; init => field = value ?? ""; } = "";

    /// <summary>Whether it is done.</summary>
    public bool Completed { get; init; }
}
