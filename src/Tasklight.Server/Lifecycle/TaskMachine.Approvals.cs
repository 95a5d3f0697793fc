using System.Buffers;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Events;

namespace Tasklight.Server.Lifecycle;

/// <summary>Pauses for a person and what ends them (contract: sdk-http §8; design §6: an approval is for one action, once, until its expiry).</summary>
static partial class TaskMachine
{
    static TaskDecision RequestApproval(TaskRecord task, TaskCommand.RequestApproval request)
    {
        if (request.Lease is { } lease && !Holds(task, lease))
            return LeaseLost(task, lease);
        if (task.IsTerminal)
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' has ended ({task.Status.ToWire()}); it cannot wait for an approval.");
        if (task.HasOpenApproval)
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' already waits for the approval of '{task.Fields.HitlRequest!.WaitNodeId}'.");

        var edit = new TaskEdit(task, request.Now);
        edit.Fields.HitlRequest = request.Request;
        edit.Record = edit.Record with { HasOpenApproval = true };
        edit.CloseRun(request.Lease is null ? TaskRunState.Closed : null);
        edit.Enter(AgentExecutionStatus.Paused);
        return edit.Done();
    }

    static TaskDecision Approve(TaskRecord task, TaskCommand.Approve approve)
    {
        var key = approve.Key ?? new Decider(approve.By, approve.By);
        if (CannotDecide(task, approve.WaitNodeId, approve.ActionHash, key, approve.Now) is { } refusal)
            return refusal;
        var asked = task.Fields.HitlRequest!;
        if (Edited(task, asked, approve.Arguments) is not { } action)
            return Conflict(ErrorCodes.ApprovalMismatch, $"The request of task '{task.Id}' does not allow to edit its arguments (allow_edit): approve it as it is, or reject it with a reason.");

        var edit = new TaskEdit(task, approve.Now);
        edit.Emit(HiddenEvents.Approval, Verdict(ApprovalStep.Approved, approve.By, key, action, approve.Reason), EventKind.Hidden);
        // Who approved other arguments did not approve these.
        var given = (action.ActionHash == asked.ActionHash ? asked.Approvals ?? [] : []).Where(approval => approval.KeyId != key.KeyId)
            .Append(new ApprovalGiven { By = approve.By, KeyId = key.KeyId, KeyName = key.KeyName, At = approve.Now }).ToList();
        if (AsksForBudget(task))
            GrantBudget(edit, task);
        else if (given.Count < (asked.Required ?? 1))
            edit.Fields.HitlRequest = action with { Approvals = given };
        else
            Decided(edit, action, StepOf(approve, key, given, action));
        return edit.Done();
    }

    static ApprovalStep StepOf(TaskCommand.Approve approve, Decider key, IReadOnlyList<ApprovalGiven> given, HumanInTheLoopRequest action) => new()
    {
        Verdict = ApprovalStep.Approved,
        By = approve.By,
        KeyId = key.KeyId,
        Approvals = given,
        Reason = approve.Reason,
        Arguments = action.Arguments,
        IsEdited = action.IsEdited,
    };

    /// <summary>The request with the arguments to be approved; null when they may not be changed.</summary>
    static HumanInTheLoopRequest? Edited(TaskRecord task, HumanInTheLoopRequest asked, JsonElement? arguments)
    {
        if (arguments is not { } edited)
            return asked;
        if (asked.ToolName is not { } tool)
            return null;
        var hash = ActionHash.Of(tool, edited);
        if (hash == asked.ActionHash)
            return asked;
        return asked.AllowEdit ? asked with { Arguments = edited.Clone(), ActionHash = hash, IsEdited = true } : null;
    }

    static TaskDecision Reject(TaskRecord task, TaskCommand.Reject reject)
    {
        var key = reject.Key ?? new Decider(reject.By, reject.By);
        if (CannotDecide(task, reject.WaitNodeId, reject.ActionHash, key, reject.Now) is { } refusal)
            return refusal;
        var asked = task.Fields.HitlRequest!;
        var edit = new TaskEdit(task, reject.Now);
        edit.Emit(HiddenEvents.Approval, Verdict(ApprovalStep.Rejected, reject.By, key, asked, reject.Reason), EventKind.Hidden);
        if (IsAction(asked))
            Decided(edit, asked, new ApprovalStep { Verdict = ApprovalStep.Rejected, By = reject.By, KeyId = key.KeyId, Reason = reject.Reason });
        else
            StopTree(edit, task, reject.By);
        return edit.Done();
    }

    /// <summary>Nobody decided in time: of an action the run is told so, anything else is stopped.</summary>
    static TaskDecision.Change ExpireApproval(TaskRecord task, DateTimeOffset now)
    {
        var asked = task.Fields.HitlRequest!;
        var edit = new TaskEdit(task, now);
        var reason = $"Nobody decided by {WireTime.Format(asked.ExpiresAt!.Value)}.";
        edit.Emit(HiddenEvents.Approval, Verdict(ApprovalStep.Expired, null, null, asked, reason), EventKind.Hidden);
        if (IsAction(asked))
            Decided(edit, asked, new ApprovalStep { Verdict = ApprovalStep.Expired, Reason = reason });
        else
            StopTree(edit, task, "the expiry of its approval");
        return edit.Done();
    }

    /// <summary>The wait is over, the task is queued again. The next run reads of an action what became of it.</summary>
    static void Decided(TaskEdit edit, HumanInTheLoopRequest action, ApprovalStep step)
    {
        if (IsAction(action))
        {
            step = step with { WaitNodeId = action.WaitNodeId, ToolName = action.ToolName, ActionHash = action.ActionHash, At = edit.Now };
            edit.AddStep(SessionStepKinds.Approval, AsciiJson.Bytes(step, ProtocolJson.Default.ApprovalStep));
        }

        edit.Fields.HitlRequest = null;
        edit.Record = edit.Record with { HasOpenApproval = false };
        GoOn(edit);
    }

    // A hash alone is the word of a worker that knows no steps: calling it again after a rejection would look like an approval to it.
    static bool IsAction(HumanInTheLoopRequest asked) => asked.ToolName is not null;

    static TaskDecision.Refusal? CannotDecide(TaskRecord task, string? waitNode, string? actionHash, Decider key, DateTimeOffset now)
    {
        if (task.Status != AgentExecutionStatus.Paused || task.Fields.HitlRequest is not { } request)
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' does not wait for an approval (status {task.Status.ToWire()}).");
        if (request.Approvers is { Count: > 0 } approvers && !approvers.Contains(key.KeyId) && !approvers.Contains(key.KeyName))
            return new(RefusalReason.Forbidden, ErrorCodes.Forbidden, $"Only these keys may decide about task '{task.Id}': {string.Join(", ", approvers)}. Yours is '{key.KeyName}'.");
        if (waitNode is not null && waitNode != request.WaitNodeId)
            return Conflict(ErrorCodes.ApprovalMismatch, $"Task '{task.Id}' waits at '{request.WaitNodeId}', not at '{waitNode}': load the task again and decide on what it asks now.");
        if (actionHash is not null && actionHash != request.ActionHash)
            return Conflict(ErrorCodes.ApprovalMismatch, $"Task '{task.Id}' waits for the approval of action '{request.ActionHash ?? "(none)"}', not '{actionHash}': load the task again and decide on what it asks now.");
        if (request.ExpiresAt <= now)
            return Conflict(ErrorCodes.ApprovalMismatch, $"The approval that task '{task.Id}' asked for expired at {WireTime.Format(request.ExpiresAt.Value)}: the action is not done, and the agent is told so.");
        return null;
    }

    static byte[] Verdict(string verdict, string? by, Decider? key, HumanInTheLoopRequest request, string? reason)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, AsciiJson.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("verdict", verdict);
        writer.WriteString("by", by);
        writer.WriteString("key_id", key?.KeyId);
        writer.WriteString("wait_node_id", request.WaitNodeId);
        writer.WriteString("action_hash", request.ActionHash);
        writer.WriteString("reason", reason);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
