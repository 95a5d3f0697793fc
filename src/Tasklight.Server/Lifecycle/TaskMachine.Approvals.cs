using System.Buffers;
using System.Text.Json;
using Tasklight.Protocol;

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
        if (CannotDecide(task, approve.ActionHash, approve.Now) is { } refusal)
            return refusal;
        var edit = new TaskEdit(task, approve.Now);
        edit.Emit(HiddenEvents.Approval, Verdict("approved", approve.By, task.Fields.HitlRequest!, null), EventKind.Hidden);
        edit.Fields.HitlRequest = null;
        edit.Fields.WorkerId = task.Pin;
        edit.Record = task with { HasOpenApproval = false };
        edit.Enter(AgentExecutionStatus.Pending);
        return edit.Done();
    }

    static TaskDecision Reject(TaskRecord task, TaskCommand.Reject reject)
    {
        if (CannotDecide(task, reject.ActionHash, reject.Now) is { } refusal)
            return refusal;
        var edit = new TaskEdit(task, reject.Now);
        edit.Emit(HiddenEvents.Approval, Verdict("rejected", reject.By, task.Fields.HitlRequest!, reject.Reason), EventKind.Hidden);
        edit.Fields.StopDetails = new TaskStop { RequestedAt = reject.Now, By = reject.By, ConfirmedAt = reject.Now, EndedAt = task.Run is null ? reject.Now : null };
        EndAsStopped(edit);
        return edit.Done();
    }

    static TaskDecision.Refusal? CannotDecide(TaskRecord task, string? actionHash, DateTimeOffset now)
    {
        if (task.Status != AgentExecutionStatus.Paused || task.Fields.HitlRequest is not { } request)
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' does not wait for an approval (status {task.Status.ToWire()}).");
        if (actionHash is not null && request.ActionHash is not null && actionHash != request.ActionHash)
            return Conflict(ErrorCodes.ApprovalMismatch, $"Task '{task.Id}' waits for the approval of action '{request.ActionHash}', not '{actionHash}': load the task again and decide on what it asks now.");
        if (request.ExpiresAt <= now)
            return Conflict(ErrorCodes.ApprovalMismatch, $"The approval that task '{task.Id}' asked for expired at {WireTime.Format(request.ExpiresAt.Value)}: stop the task or begin a new turn.");
        return null;
    }

    static byte[] Verdict(string verdict, string by, HumanInTheLoopRequest request, string? reason)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("verdict", verdict);
        writer.WriteString("by", by);
        writer.WriteString("wait_node_id", request.WaitNodeId);
        writer.WriteString("action_hash", request.ActionHash);
        writer.WriteString("reason", reason);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
