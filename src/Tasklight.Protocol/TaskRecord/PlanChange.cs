namespace Tasklight.Protocol;

/// <summary>A change of a task's plan, as the plan tools make it (contract: task-object §9), whoever carries them out.</summary>
internal abstract record PlanChange
{
    /// <summary>A plan is shown whole with every change of it.</summary>
    public const int MostItems = 200;

    /// <summary>The most characters of an item's title.</summary>
    public const int LongestTitle = 2_000;

    /// <summary>The plan after the change; or the plan as it was, and why the change makes no sense, for a model to read.</summary>
    public (DeepPlanning Plan, string? Problem) ApplyTo(DeepPlanning plan)
    {
        var unknown = Ids.Where(id => plan.Tasks.All(item => item.Id != id)).ToList();
        if (unknown.Count > 0)
        {
            return (plan, $"The plan has no item with the id {string.Join(", ", unknown)}. Its items are: {string.Join(", ", plan.Tasks.Select(item => $"{item.Title} (id {item.Id})"))}.");
        }

        var changed = Changed(plan);
        return changed switch
        {
            { Started: true, Tasks.Count: 0 } when this is Start => (plan, "The plan has no items: set it with xpcreate_agent_plan first."),
            { Tasks.Count: > MostItems } when changed.Tasks.Count > plan.Tasks.Count => (plan, $"A plan has at most {MostItems} items."),
            _ when Titles.Any(title => title.Length > LongestTitle) => (plan, $"The title of an item has at most {LongestTitle} characters."),
            _ => (changed, null),
        };
    }

    /// <summary>The items it is about, which must be there.</summary>
    protected virtual IReadOnlyList<string> Ids => [];

    /// <summary>The titles it brings.</summary>
    protected virtual IEnumerable<string> Titles => [];

    /// <summary>The plan after the change.</summary>
    protected abstract DeepPlanning Changed(DeepPlanning plan);

    private static DeepPlanning WithItems(DeepPlanning plan, IReadOnlyList<string> ids, Func<DeepPlanningItem, DeepPlanningItem> change) =>
        plan with { Tasks = [.. plan.Tasks.Select(item => ids.Contains(item.Id) ? change(item) : item)] };

    /// <summary>Set the items.</summary>
    public sealed record Create(IReadOnlyList<DeepPlanningItem> Items) : PlanChange
    {
        protected override IEnumerable<string> Titles => Items.Select(static item => item.Title);

        protected override DeepPlanning Changed(DeepPlanning plan) => plan with { Tasks = Items };
    }

    /// <summary>Append an item; one that is there already stays as it is.</summary>
    public sealed record Add(DeepPlanningItem Item) : PlanChange
    {
        protected override IEnumerable<string> Titles => [Item.Title];

        protected override DeepPlanning Changed(DeepPlanning plan) => plan.Tasks.Any(known => known.Id == Item.Id) ? plan : plan with { Tasks = [.. plan.Tasks, Item] };
    }

    /// <summary>Change what is not null.</summary>
    public sealed record Update(string Id, string? Title, bool? Completed) : PlanChange
    {
        protected override IReadOnlyList<string> Ids => [Id];

        protected override IEnumerable<string> Titles => Title is null ? [] : [Title];

        protected override DeepPlanning Changed(DeepPlanning plan) =>
            WithItems(plan, Ids, item => item with { Title = Title ?? item.Title, Completed = Completed ?? item.Completed });
    }

    /// <summary>Remove an item.</summary>
    public sealed record Delete(string Id) : PlanChange
    {
        protected override IReadOnlyList<string> Ids => [Id];

        protected override DeepPlanning Changed(DeepPlanning plan) => plan with { Tasks = [.. plan.Tasks.Where(item => item.Id != Id)] };
    }

    /// <summary>Mark items as done.</summary>
    public sealed record Complete(IReadOnlyList<string> Items) : PlanChange
    {
        protected override IReadOnlyList<string> Ids => Items;

        protected override DeepPlanning Changed(DeepPlanning plan) => WithItems(plan, Items, static item => item with { Completed = true });
    }

    /// <summary>Begin to work the plan off.</summary>
    public sealed record Start : PlanChange
    {
        protected override DeepPlanning Changed(DeepPlanning plan) => plan with { Started = true };
    }

    /// <summary>Ask the user.</summary>
    public sealed record Ask(string Question) : PlanChange
    {
        protected override DeepPlanning Changed(DeepPlanning plan) => plan with { QuestionRaised = true };
    }
}
