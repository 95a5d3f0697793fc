using Tasklight.Protocol;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Lifecycle;

/// <summary>Whether a task may stand below another one: what is above it must exist, must not be itself, and its budgets must allow the depth (docs/budgets.md). Circles that two changes at once would make are left to <see cref="TaskMachine"/>.</summary>
sealed class TaskTree(ITaskStore store)
{
    // Parents are followed so far.
    const int Deepest = 1_000;

    // So many sub-tasks are looked at to find how deep they go.
    const int Widest = 1_000;

    /// <summary>The task; null when there is none of that id.</summary>
    public ValueTask<TaskRecord?> FindAsync(string organization, string id, CancellationToken cancel) => store.FindAsync(organization, id, cancel);

    /// <summary>Why the task may not get this parent; null when it may.</summary>
    /// <param name="task">The task as it is; null when it is a new one.</param>
    /// <param name="unpriced">Its model, when that has no price: what it spends would pass every limit on cost.</param>
    public async ValueTask<TaskDecision.Refusal?> FindProblemAsync(string organization, string? taskId, TaskRecord? task, string parent, string? unpriced, CancellationToken cancel)
    {
        string? above = parent;
        var below = -1;
        for (var depth = 1; above is not null && depth <= Deepest; depth++)
        {
            if (above == taskId)
                return Invalid($"Task '{parent}' is below task '{taskId}', so it cannot be its parent.");
            if (await store.FindAsync(organization, above, cancel) is not { } found)
                return depth > 1 ? null : Invalid($"There is no task '{parent}' in this organization.");
            if (found.Fields.Budget?.MaxDepth is { } most)
            {
                below = below < 0 ? await HeightAsync(organization, task, cancel) : below;
                if (depth + below > most)
                    return Reached($"The budget of task '{above}' allows {most} levels of sub-tasks (max_depth); this one would be on level {depth}{(below == 0 ? "" : $" with {below} below it")}.");
            }

            if (unpriced is not null && found.Fields.Budget is { MaxCost: not null, Scope: TaskBudget.ScopeTree })
                return Invalid($"The budget of task '{above}' limits the cost of its sub-tasks (max_cost), and the model '{unpriced}' has no price here: set it in the server's setting 'prices'.");
            if (Budgets.Holds(found))
                return Reached(Budgets.Sentence(found));
            above = found.Fields.ParentExecution;
        }

        return null;
    }

    /// <summary>Levels of sub-tasks that a task has already.</summary>
    async ValueTask<int> HeightAsync(string organization, TaskRecord? task, CancellationToken cancel)
    {
        var height = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var level = task?.Fields.SubExecutions ?? []; level.Count > 0; height++)
        {
            var next = new List<string>();
            foreach (var child in level.Where(seen.Add).TakeWhile(_ => seen.Count <= Widest))
                next.AddRange((await store.FindAsync(organization, child, cancel))?.Fields.SubExecutions ?? []);
            level = next;
        }

        return height;
    }

    static TaskDecision.Refusal Invalid(string detail) => new(RefusalReason.Invalid, ErrorCodes.ValidationFailed, detail);

    static TaskDecision.Refusal Reached(string detail) => new(RefusalReason.Conflict, ErrorCodes.BudgetReached, detail);
}
