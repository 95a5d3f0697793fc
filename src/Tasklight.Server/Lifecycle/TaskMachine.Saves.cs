using System.Buffers;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Events;

namespace Tasklight.Server.Lifecycle;

/// <summary>What a PATCH may change (contract: task-object §3; design laws 4 and 5).</summary>
static partial class TaskMachine
{
    /// <summary>How long a task waits that its run has put back: another worker, or the same one, gets it a moment later.</summary>
    static readonly TimeSpan PutBackPause = TimeSpan.FromSeconds(1);

    static TaskDecision Save(TaskRecord task, TaskCommand.Save save)
    {
        var patch = save.Patch;
        if (save.Lease is { } lease && !Holds(task, lease))
            return IsRepeatedEnd(task, patch, lease) ? Unchanged(task) : LeaseLost(task, lease);
        // A run that goes on would take the answer, the next turn's task, for its own: its question, its status. Its end is kept.
        if (save.Lease is null && IsOfAnotherTurn(task, patch))
            return patch.Status is { IsSet: true, Value: AgentExecutionStatus.Executing }
                ? Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' has a new turn: the run of the turn before it is over and has nothing more to do.")
                : KeptAside(task, save);
        if (save.Lease is null && IsStartOfEarlierTurn(task, patch))
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' has a new turn, which waits for the end of the run before it: that run was stopped and must not begin.");
        if (task.IsTerminal)
            return SaveTerminal(task, save);
        if (task.HasOpenApproval && patch.Status is { IsSet: true, Value: not AgentExecutionStatus.Paused })
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' waits for an approval: only approve, reject or stop ends the pause, not a save of status {patch.Status.Value.ToWire()}.");

        if (task.HeldBy is not null && patch.Status is { IsSet: true, Value: AgentExecutionStatus.Pending or AgentExecutionStatus.Executing })
            return Conflict(ErrorCodes.BudgetReached, Budgets.Sentence(task));

        var edit = new TaskEdit(task, save.Now) { Ignored = IgnoredOf(patch) };
        ApplyAlways(edit, save);
        ApplyWhileOpen(edit, save);
        if (patch.Status.IsSet)
            MoveTo(edit, task, patch, save.Lease is not null);
        return edit.Done();
    }

    /// <summary>The same end of the same run told again: a retry after a lost answer.</summary>
    static bool IsRepeatedEnd(TaskRecord task, TaskPatch patch, string lease) =>
        task.EndedBy == lease
        && patch.Status.IsSet && patch.Status.Value == task.Status
        && (!patch.Result.IsSet || string.Equals(patch.Result.Value, task.Fields.Result, StringComparison.Ordinal));

    /// <summary>
    /// A whole object saved by a run of an earlier turn: it names another start than this turn's, or it is of a run that was stopped before
    /// this turn began and has not given its slot back.
    /// </summary>
    static bool IsOfAnotherTurn(TaskRecord task, TaskPatch patch)
    {
        if (!patch.IsFullObject)
            return false;
        if (patch.StartedAt is { IsSet: true, Value: { } started } && !IsSameInstant(started, task.Fields.StartedAt))
            return true;
        return task.Run is { } run && run.Turn < task.Turn && patch.Status is { IsSet: true, Value: not AgentExecutionStatus.Executing };
    }

    /// <summary>
    /// The first save of a run that was stopped before it came to it, and whose task has a new turn by now. Refused, so that its handler does
    /// not run; taken for the new turn's, it would make executing what no run holds.
    /// </summary>
    static bool IsStartOfEarlierTurn(TaskRecord task, TaskPatch patch) =>
        patch is { IsFullObject: true, Status: { IsSet: true, Value: AgentExecutionStatus.Executing } }
        && task is { Status: AgentExecutionStatus.Pending, Fields.RunLocally: false, Run: { } run }
        && run.Turn < task.Turn;

    // Some clients keep only milliseconds.
    static bool IsSameInstant(DateTimeOffset a, DateTimeOffset? b) => b is { } other && (a - other).Duration() < TimeSpan.FromMilliseconds(1);

    static TaskDecision SaveTerminal(TaskRecord task, TaskCommand.Save save)
    {
        var patch = save.Patch;
        if (patch.Status is { IsSet: true, Value: AgentExecutionStatus.Executing })
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' has ended ({task.Status.ToWire()}); it cannot be executing again. A new turn begins with a create of the same id.");

        if (Reopens(task, patch) && Budgets.Holds(task))
            return Conflict(ErrorCodes.BudgetReached, $"{Budgets.Sentence(task)} It cannot go on: a create of the same id begins the next turn, with a budget of its own.");

        var edit = new TaskEdit(task, save.Now) { Ignored = IgnoredOf(patch) };
        ApplyAlways(edit, save);
        NoteEnd(edit, save);
        if (Reopens(task, patch))
        {
            edit.Fields.IsManuallyStopped = false;
            edit.Fields.StopDetails = null;
            edit.Record = edit.Record with { EndedBy = null };
            edit.Enter(patch.Status.Value);
        }
        else if (WantsMore(task, patch))
        {
            edit.Emit(HiddenEvents.LateResult, Unapplied(patch), EventKind.Hidden);
        }

        return edit.Done();
    }

    /// <summary>
    /// A client may take a stop back (contract: README rule 18). The whole-object save of a run that was stopped and still has its slot is
    /// that run's late end, not a client's wish.
    /// </summary>
    static bool Reopens(TaskRecord task, TaskPatch patch) =>
        task.Status == AgentExecutionStatus.Stopped
        && patch.Status is { IsSet: true, Value: AgentExecutionStatus.Paused or AgentExecutionStatus.Pending }
        && !(patch.IsFullObject && task.Run is not null);

    /// <summary>
    /// A whole object that a run without a lease saves after it lost its task is its end: all others say executing. It changes nothing, but
    /// tells whose the next end is that the worker tells.
    /// </summary>
    static void NoteEnd(TaskEdit edit, TaskCommand.Save save)
    {
        if (save is { Lease: null, Patch.IsFullObject: true } && edit.Record.Run is { State: TaskRunState.Detached } run)
            edit.Record = edit.Record with { Run = run with { State = TaskRunState.Closed } };
    }

    static bool WantsMore(TaskRecord task, TaskPatch patch) =>
        (patch.Status.IsSet && patch.Status.Value != task.Status)
        || (patch.Result.IsSet && patch.Result.Value is not null && !string.Equals(patch.Result.Value, task.Fields.Result, StringComparison.Ordinal));

    static TaskDecision.Change KeptAside(TaskRecord task, TaskCommand.Save save)
    {
        var edit = new TaskEdit(task, save.Now);
        if (task.Run?.Turn < task.Turn)
            NoteEnd(edit, save);
        edit.Emit(HiddenEvents.LateResult, Unapplied(save.Patch), EventKind.Hidden);
        return edit.Done();
    }

    static byte[] Unapplied(TaskPatch patch)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, AsciiJson.WriterOptions);
        writer.WriteStartObject();
        if (patch.Status.IsSet)
            writer.WriteString("status", patch.Status.Value.ToWire());
        if (patch.Result.IsSet)
            writer.WriteString("result", patch.Result.Value);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Fields that a save may set whatever the status is.</summary>
    static void ApplyAlways(TaskEdit edit, TaskCommand.Save save)
    {
        var (fields, patch) = (edit.Fields, save.Patch);
        if (patch.InternalStatus.IsSet)
            fields.InternalStatus = patch.InternalStatus.Value is { Length: > TaskDefaults.InternalStatusLength } text ? Cut(text) : patch.InternalStatus.Value;
        if (patch.LastExecutedNodeId.IsSet)
            fields.LastExecutedNodeId = patch.LastExecutedNodeId.Value;
        if (patch.PayloadExtension.IsSet)
            fields.PayloadExtension = patch.PayloadExtension.Value;
        if (patch.AdditionalContext.IsSet)
            fields.AdditionalContext = patch.AdditionalContext.Value;
        if (patch.InstructionsOverride.IsSet)
            fields.InstructionsOverride = patch.InstructionsOverride.Value;
        if (patch.ExpectedOutput.IsSet)
            fields.ExpectedOutput = patch.ExpectedOutput.Value;
        if (patch.OutputFormat.IsSet)
            fields.OutputFormat = patch.OutputFormat.Value;
        if (patch.OutputSchema.IsSet)
            fields.OutputSchema = patch.OutputSchema.Value;
        if (patch.VoiceId.IsSet)
            fields.VoiceId = patch.VoiceId.Value;
        if (patch.Source is { IsSet: true, Value: { } source })
            fields.Source = source;
        if (patch.Title is { IsSet: true, Value: { } title })
            fields.Title = title;
        if (patch.ThinkMode.IsSet)
            fields.ThinkMode = patch.ThinkMode.Value;
        if (patch.DisableAttachmentInjection.IsSet)
            fields.DisableAttachmentInjection = patch.DisableAttachmentInjection.Value;
        if (patch.ReturnMetrics.IsSet)
            fields.ReturnMetrics = patch.ReturnMetrics.Value;
        ApplyServers(edit, save);
        ApplyParent(edit, save);
    }

    static void ApplyServers(TaskEdit edit, TaskCommand.Save save)
    {
        var (merged, takesServers) = save.Secrets?.MergeWith(edit.Record.Secrets, edit.Fields.McpServers) ?? (edit.Record.Secrets, true);
        if (merged != edit.Record.Secrets)
            edit.Record = edit.Record with { Secrets = merged };
        if (!takesServers)
            edit.Ignore("mcp_servers");
        else if (save.Patch.McpServers is { IsSet: true, Value: { } servers })
            edit.Fields.McpServers = servers;
    }

    static void ApplyParent(TaskEdit edit, TaskCommand.Save save)
    {
        if (save.NewParent is not { } parent || parent == edit.Fields.ParentExecution)
            return;
        if (edit.Fields.ParentExecution is not null || CirclesBack(save))
        {
            edit.Ignore("parent_execution");
            return;
        }

        edit.Fields.ParentExecution = parent;
        edit.Follow(new TaskCommand.AddChild(save.Organization, parent, save.Now, save.TaskId, Trigger(edit.Fields)));
    }

    /// <summary>Fields that describe the run: the end of a turn settles them.</summary>
    static void ApplyWhileOpen(TaskEdit edit, TaskCommand.Save save)
    {
        var (fields, patch) = (edit.Fields, save.Patch);
        if (patch.Result.IsSet)
            fields.Result = patch.Result.Value;
        if (patch.Tokens is { IsSet: true, Value: { } tokens })
            fields.Tokens = tokens;
        if (patch.UsedTools is { IsSet: true, Value: { } tools })
            fields.UsedTools = tools;
        if (patch.Duration.IsSet)
            fields.Duration = patch.Duration.Value;
        if (patch.DeepPlanning is { IsSet: true, Value: { } plan })
            fields.DeepPlanning = plan;
        if (patch.PendingEcaRequest.IsSet)
            fields.PendingEcaRequest = patch.PendingEcaRequest.Value;
        if (patch.HitlRequest.IsSet && !edit.Record.HasOpenApproval)
            fields.HitlRequest = Checked(patch.HitlRequest.Value);
        if (patch.ExecutionAttempts.IsSet && save.Lease is not null)
            fields.ExecutionAttempts = patch.ExecutionAttempts.Value;
    }

    // Approvals are given, not saved; and a person decides on the arguments that are shown, whatever hash a writer puts beside them.
    static HumanInTheLoopRequest? Checked(HumanInTheLoopRequest? request)
    {
        var hash = request is { ToolName: { } tool, Arguments: { } arguments } ? ActionHash.Of(tool, arguments) : request?.ActionHash;
        return request is null || (request is { Approvals: null, IsEdited: false } && request.ActionHash == hash) ? request : request with { Approvals = null, ActionHash = hash, IsEdited = false };
    }

    static void MoveTo(TaskEdit edit, TaskRecord task, TaskPatch patch, bool showsLease)
    {
        var status = patch.Status.Value;
        if (status == AgentExecutionStatus.Executing)
            Start(edit, task, patch);
        else if (status == AgentExecutionStatus.Stopped && !showsLease)
            StopTree(edit, task, "a save with status stopped");
        else if (status.IsTerminal() || (status == AgentExecutionStatus.Paused && !IsPauseOfThePast(task, patch)))
            End(edit, status, showsLease);
        else if (task.Status != AgentExecutionStatus.Pending)
            PutBack(edit, showsLease);
    }

    /// <summary>
    /// The last save of a run that paused, when the pause has been ended (approved, say) before that save arrived: pausing again would wait
    /// for nobody.
    /// </summary>
    static bool IsPauseOfThePast(TaskRecord task, TaskPatch patch) =>
        task.Status == AgentExecutionStatus.Pending && task.Run is { State: TaskRunState.Closed } && patch.IsFullObject;

    static void Start(TaskEdit edit, TaskRecord task, TaskPatch patch)
    {
        // A save of a run that has lost the task: it waits for its next delivery, and nobody would end an executing that no run holds.
        var wasGivenAway = task.Attempt > 0 || task.Fields.StartedAt is not null;
        if (task.Status == AgentExecutionStatus.Pending && task.Run is null && patch.IsFullObject && wasGivenAway && !task.Fields.RunLocally)
            return;
        if (edit.Record.Run is { State: TaskRunState.Offered } run)
        {
            edit.Record = edit.Record with { Run = run with { State = TaskRunState.Running, Since = edit.Now } };
            edit.Fields.WorkerId = run.Session;
            edit.Fields.Attempt = task.Attempt;
        }
        else if (patch.IsFullObject && edit.Record.Run is { HoldsLease: false } old && old.Turn == task.Turn)
        {
            // A run that was put back or paused goes on: it holds the task again, or its worker's death would leave the task executing for ever.
            edit.Record = edit.Record with { Run = old with { State = TaskRunState.Running, Since = edit.Now }, EndedBy = null };
            edit.Fields.WorkerId = old.Session;
        }

        edit.Enter(AgentExecutionStatus.Executing);
    }

    static void End(TaskEdit edit, AgentExecutionStatus status, bool showsLease)
    {
        if (edit.Record.Run is { HoldsLease: true } run)
        {
            edit.Fields.WorkerId = run.Session;
            edit.Fields.Attempt = edit.Record.Attempt;
        }

        edit.CloseRun(showsLease ? null : TaskRunState.Closed);
        edit.Enter(status);
    }

    // A handler that gives back whatever it gets would otherwise get it again at once, for ever.
    static void PutBack(TaskEdit edit, bool showsLease)
    {
        if (edit.Record.Run is { HoldsLease: true })
            edit.DeferTo(edit.Now + PutBackPause);
        edit.CloseRun(showsLease ? null : TaskRunState.Detached);
        edit.Fields.WorkerId = edit.Record.Pin;
        edit.Enter(AgentExecutionStatus.Pending);
    }

    static List<string>? IgnoredOf(TaskPatch patch) => patch.Ignored.Count == 0 ? null : [.. patch.Ignored];

    static string Cut(string text) => text[..(char.IsHighSurrogate(text[TaskDefaults.InternalStatusLength - 1]) ? TaskDefaults.InternalStatusLength - 1 : TaskDefaults.InternalStatusLength)];
}
