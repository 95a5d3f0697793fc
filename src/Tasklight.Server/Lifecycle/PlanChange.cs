using System.Collections.Immutable;
using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>A change of a task's plan, as the plan tools make it (contract: task-object §9).</summary>
abstract record PlanChange
{
    /// <summary>Set the items.</summary>
    public sealed record Create(ImmutableArray<DeepPlanningItem> Items) : PlanChange;

    /// <summary>Append an item.</summary>
    public sealed record Add(DeepPlanningItem Item) : PlanChange;

    /// <summary>Change what is not null.</summary>
    public sealed record Update(string Id, string? Title, bool? Completed) : PlanChange;

    /// <summary>Remove an item.</summary>
    public sealed record Delete(string Id) : PlanChange;

    /// <summary>Mark items as done.</summary>
    public sealed record Complete(ImmutableArray<string> Ids) : PlanChange;

    /// <summary>Begin to work the plan off.</summary>
    public sealed record Start : PlanChange;

    /// <summary>Ask the user; the question becomes the answer.</summary>
    public sealed record Ask(string Question) : PlanChange;
}
