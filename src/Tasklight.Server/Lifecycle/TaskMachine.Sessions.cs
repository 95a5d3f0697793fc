using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>Durable steps and what they used (docs/sessions.md).</summary>
static partial class TaskMachine
{
    static TaskDecision SaveSession(TaskRecord task, TaskCommand.SaveSession save)
    {
        if (save.Lease is { } lease ? !Holds(task, lease) : task.Run is { HoldsLease: true })
            return EndedByBudget(task, save.Lease) ?? LeaseLost(task, save.Lease ?? "(none)");
        var (first, last) = (save.Steps[0].Number, save.Steps[^1].Number);
        if (last <= task.SessionLast)
            return AreStored(save) ? Unchanged(task) : SessionConflict(task, $"step {first} to {last} are there already, with other content");
        if (first != task.SessionLast + 1)
            return SessionConflict(task, $"steps {first} to {last} do not follow it");
        if (EndedByBudget(task, null) is { } ended)
            return ended;
        if (task.IsTerminal)
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' has ended ({task.Status.ToWire()}); its session takes no more steps before the next turn.");

        var edit = new TaskEdit(task, save.Now);
        foreach (var step in save.Steps)
            edit.AddStep(step.Kind, step.Data);
        Count(edit, task, save.Usage, isOwn: true);
        return edit.Done();
    }

    static bool AreStored(TaskCommand.SaveSession save) =>
        save.Stored.Length == save.Steps.Length
        && save.Steps.Zip(save.Stored).All(static pair => pair.First.Kind == pair.Second.Kind && IsSameJson(pair.First.Data, pair.Second.Data));

    static bool IsSameJson(ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b) =>
        a.Span.SequenceEqual(b.Span) || JsonElement.DeepEquals(JsonElement.Parse(a.Span), JsonElement.Parse(b.Span));

    static TaskDecision.Refusal SessionConflict(TaskRecord task, string what) =>
        Conflict(ErrorCodes.SessionConflict, $"The session of task '{task.Id}' ends with step {task.SessionLast}; {what}: read the session again.");

    static TaskDecision.Change AddUsage(TaskRecord task, TaskCommand.AddUsage add)
    {
        var edit = new TaskEdit(task, add.Now);
        Count(edit, task, add.Usage, isOwn: false);
        return edit.Done();
    }

    /// <summary>Adds what was used to the task and, in the same commit, to all above it.</summary>
    static void Count(TaskEdit edit, TaskRecord task, UsageTotals used, bool isOwn)
    {
        if (used == Nothing)
            return;
        var before = edit.Fields.Usage ?? new TaskUsage();
        var own = isOwn ? Sum(before, used) : before;
        edit.Fields.Usage = before with
        {
            PromptTokens = own.PromptTokens,
            CompletionTokens = own.CompletionTokens,
            CachedTokens = own.CachedTokens,
            ToolCalls = own.ToolCalls,
            Cost = own.Cost,
            UnpricedTokens = own.UnpricedTokens,
            Tree = Sum(before.Tree, used),
        };
        CheckBudget(edit, task);
        if (edit.Fields.ParentExecution is { } parent)
            edit.Follow(new TaskCommand.AddUsage(edit.Fields.OrganizationId, parent, edit.Now, used));
    }

    static UsageTotals Sum(UsageTotals a, UsageTotals b) => new()
    {
        PromptTokens = a.PromptTokens + b.PromptTokens,
        CompletionTokens = a.CompletionTokens + b.CompletionTokens,
        CachedTokens = a.CachedTokens + b.CachedTokens,
        ToolCalls = a.ToolCalls + b.ToolCalls,
        Cost = a.Cost + b.Cost,
        UnpricedTokens = a.UnpricedTokens + b.UnpricedTokens,
    };

    static readonly UsageTotals Nothing = new();
}
