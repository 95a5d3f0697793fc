using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using static Tasklight.Server.Tests.Lifecycle.TaskBuilder;

namespace Tasklight.Server.Tests.Lifecycle;

/// <summary>Approvals are for one action, once, until their expiry, by those who may.</summary>
public sealed class ApprovalTests
{
    static readonly JsonElement Arguments = JsonElement.Parse("""{"amount": 120}""");
    static readonly string Hash = ActionHash.Of("refund", Arguments);

    [Fact]
    public void An_approved_action_is_a_step_with_its_exact_arguments()
    {
        var approved = Waiting().Changed(Approve(7, "key-1") with { Reason = "fine" });

        Assert.Equal((AgentExecutionStatus.Pending, null, false), (approved.Task.Status, approved.Task.Fields.HitlRequest, approved.Task.HasOpenApproval));
        var step = StepOf(approved);
        Assert.Equal(("call-1", "refund", "approved", "key-1 said", "fine"), (step.WaitNodeId, step.ToolName, step.Verdict, step.By, step.Reason));
        Assert.Equal((Hash, false, At(7)), (step.ActionHash, step.IsEdited, step.At));
        Assert.Equal(("key-1", new ApprovalGiven { By = "key-1 said", KeyId = "key-1", KeyName = "key-1's name", At = At(7) }), (step.KeyId, Assert.Single(step.Approvals!)));
        Assert.Equal("""{"amount":120}""", JsonSerializer.Serialize(step.Arguments, ProtocolJson.Default.JsonElement));
    }

    [Fact]
    public void An_approval_is_good_once()
    {
        var approved = Waiting().After(Approve(7, "key-1"));
        Assert.Equal(ErrorCodes.InvalidTransition, approved.Refused(Approve(8, "key-2")).Code);
        Assert.Equal(ErrorCodes.InvalidTransition, approved.Refused(Reject(8, "key-2")).Code);
    }

    [Fact]
    public void A_rejected_action_goes_back_to_the_run_with_its_reason()
    {
        var rejected = Waiting().Changed(Reject(7, "key-1"));
        var step = StepOf(rejected);
        Assert.Equal((AgentExecutionStatus.Pending, false), (rejected.Task.Status, rejected.Task.Fields.IsManuallyStopped));
        Assert.Equal(("rejected", "too much", null), (step.Verdict, step.Reason, step.Arguments));
        Assert.Equal(("key-1", null), (step.KeyId, step.Approvals));
    }

    [Fact]
    public void A_hash_without_a_tool_is_no_action_so_its_rejection_stops_the_task()
    {
        var asked = Executing().After(Save(5, new TaskPatch { Status = AgentExecutionStatus.Paused, HitlRequest = new HumanInTheLoopRequest { WaitNodeId = "n", ActionHash = "h" } }));
        Assert.Equal(ErrorCodes.ApprovalMismatch, asked.Refused(Approve(7, "key-1") with { ActionHash = "another" }).Code);
        Assert.Equal(AgentExecutionStatus.Stopped, asked.After(Reject(7, "key-1")).Status);
        Assert.Equal(AgentExecutionStatus.Pending, asked.After(Approve(7, "key-1") with { ActionHash = "h" }).Status);
    }

    [Fact]
    public void Without_an_action_a_rejection_stops_the_task()
    {
        var asked = Executing().After(new TaskCommand.RequestApproval(Org, Id, At(5), new HumanInTheLoopRequest { WaitNodeId = "n" }, null));
        var rejected = asked.Changed(Reject(7, "key-1"));
        Assert.Equal(AgentExecutionStatus.Stopped, rejected.Task.Status);
        Assert.Empty(rejected.Steps);
    }

    [Fact]
    public void A_decision_on_another_action_is_refused()
    {
        Assert.Equal(ErrorCodes.ApprovalMismatch, Waiting().Refused(Approve(7, "key-1") with { ActionHash = "another" }).Code);
        Assert.Equal(ErrorCodes.ApprovalMismatch, Waiting().Refused(Reject(7, "key-1") with { ActionHash = "another" }).Code);
        Assert.Equal(AgentExecutionStatus.Pending, Waiting().After(Approve(7, "key-1") with { ActionHash = Hash }).Status);
    }

    [Fact]
    public void A_decision_that_names_its_step_is_for_no_other_though_the_action_be_the_same()
    {
        Assert.Equal(ErrorCodes.ApprovalMismatch, Waiting().Refused(Approve(7, "key-1") with { ActionHash = Hash, WaitNodeId = "call-0" }).Code);
        Assert.Equal(ErrorCodes.ApprovalMismatch, Waiting().Refused(Reject(7, "key-1") with { WaitNodeId = "call-0" }).Code);
        Assert.Equal(AgentExecutionStatus.Pending, Waiting().After(Approve(7, "key-1") with { ActionHash = Hash, WaitNodeId = "call-1" }).Status);
    }

    [Fact]
    public void Two_of_three_must_be_two_keys_whatever_they_call_themselves()
    {
        var waiting = Waiting(request => request with { Required = 2, Approvers = ["key-1", "key-2", "the third"] });
        var once = waiting.Changed(Approve(7, "key-1"));
        var again = once.Task.Changed(Approve(8, "key-1") with { By = "somebody else" });
        var twice = again.Task.Changed(Approve(9, "key-3", "the third"));

        Assert.Equal((AgentExecutionStatus.Paused, 1, 0), (once.Task.Status, once.Task.Fields.HitlRequest!.Approvals!.Count, once.Steps.Length));
        Assert.Equal((AgentExecutionStatus.Paused, 1), (again.Task.Status, again.Task.Fields.HitlRequest!.Approvals!.Count));
        Assert.Equal((AgentExecutionStatus.Pending, "approved"), (twice.Task.Status, StepOf(twice).Verdict));
        Assert.Equal(["somebody else (key-1's name)", "key-3 said (the third)"], StepOf(twice).Approvals!.Select(given => $"{given.By} ({given.KeyName})"));
        Assert.Equal(RefusalReason.Forbidden, waiting.Refused(Approve(7, "key-4")).Reason);
        Assert.Equal(RefusalReason.Forbidden, waiting.Refused(Reject(7, "key-4")).Reason);
    }

    [Fact]
    public void Edited_arguments_get_a_hash_of_their_own_and_void_what_was_approved_before()
    {
        var edited = JsonElement.Parse("""{"amount": 60}""");
        var waiting = Waiting(request => request with { Required = 2, AllowEdit = true });
        var once = waiting.After(Approve(7, "key-1"));
        var changed = once.After(Approve(8, "key-2") with { Arguments = edited });
        var done = changed.Changed(Approve(9, "key-1") with { ActionHash = ActionHash.Of("refund", edited) });

        Assert.Equal(["key-2"], changed.Fields.HitlRequest!.Approvals!.Select(approval => approval.KeyId));
        Assert.Equal(ErrorCodes.ApprovalMismatch, changed.Refused(Approve(9, "key-1") with { ActionHash = Hash }).Code);
        Assert.Equal("""{"amount":60}""", JsonSerializer.Serialize(StepOf(done).Arguments, ProtocolJson.Default.JsonElement));
        Assert.Equal((true, true), (changed.Fields.HitlRequest.IsEdited, StepOf(done).IsEdited));
        Assert.Equal(ErrorCodes.ApprovalMismatch, Waiting().Refused(Approve(7, "key-1") with { Arguments = edited }).Code);
    }

    [Fact]
    public void An_expired_action_is_told_to_the_run_and_cannot_be_approved()
    {
        var waiting = Waiting(request => request with { ExpiresAt = At(60) });
        Assert.Equal(At(60), waiting.DueAt);
        Assert.Contains("expired", waiting.Refused(Approve(61, "key-1")).Detail, StringComparison.Ordinal);
        Assert.Same(waiting, waiting.After(new TaskCommand.Tick(Org, Id, At(59))));

        var expired = waiting.Changed(new TaskCommand.Tick(Org, Id, At(60)));
        Assert.Equal((AgentExecutionStatus.Pending, "expired", null), (expired.Task.Status, StepOf(expired).Verdict, StepOf(expired).By));
        Assert.Equal(ErrorCodes.InvalidTransition, expired.Task.Refused(Approve(61, "key-1")).Code);
    }

    [Fact]
    public void An_expired_wait_without_an_action_stops_the_task()
    {
        var asked = Executing().After(new TaskCommand.RequestApproval(Org, Id, At(5), new HumanInTheLoopRequest { WaitNodeId = "n", ExpiresAt = At(60) }, null));
        Assert.Equal(AgentExecutionStatus.Stopped, asked.After(new TaskCommand.Tick(Org, Id, At(60))).Status);
    }

    [Fact]
    public void A_stop_while_an_action_waits_leaves_nothing_to_approve()
    {
        var stopped = Waiting().Changed(Stop(7));
        Assert.Empty(stopped.Steps);
        Assert.Equal(ErrorCodes.InvalidTransition, stopped.Task.Refused(Approve(8, "key-1")).Code);
    }

    [Fact]
    public void A_save_cannot_bring_approvals_along()
    {
        var forged = new HumanInTheLoopRequest { WaitNodeId = "n", Required = 2, Approvals = [new ApprovalGiven { By = "me", KeyId = "k" }] };
        var saved = Executing().After(Save(5, new TaskPatch { Status = AgentExecutionStatus.Paused, HitlRequest = forged }));
        Assert.Null(saved.Fields.HitlRequest!.Approvals);
    }

    [Fact]
    public void A_save_cannot_show_one_action_and_name_another()
    {
        var forged = new HumanInTheLoopRequest { WaitNodeId = "n", ToolName = "refund", Arguments = Arguments, ActionHash = ActionHash.Of("refund", JsonElement.Parse("""{"amount": 9999}""")) };
        var saved = Executing().After(Save(5, new TaskPatch { Status = AgentExecutionStatus.Paused, HitlRequest = forged }));
        Assert.Equal(Hash, saved.Fields.HitlRequest!.ActionHash);
        Assert.Equal(Hash, StepOf(saved.After(EndRun(6)).Changed(Approve(7, "key-1"))).ActionHash);
    }

    static TaskRecord Waiting(Func<HumanInTheLoopRequest, HumanInTheLoopRequest>? with = null)
    {
        var request = new HumanInTheLoopRequest { WaitNodeId = "call-1", ToolName = "refund", Arguments = Arguments, ActionHash = Hash };
        var executing = Executing();
        return executing.After(new TaskCommand.RequestApproval(Org, Id, At(5), with?.Invoke(request) ?? request, executing.Run!.Lease));
    }

    static TaskCommand.Approve Approve(double at, string key, string? name = null) => new(Org, Id, At(at), key + " said", null) { Key = new(key, name ?? key + "'s name") };

    static TaskCommand.Reject Reject(double at, string key) => new(Org, Id, At(at), key + " said", null, "too much") { Key = new(key, key + "'s name") };

    static ApprovalStep StepOf(TaskDecision.Change change)
    {
        var step = Assert.Single(change.Steps);
        Assert.Equal((SessionStepKinds.Approval, change.Task.SessionLast), (step.Kind, step.Number));
        return JsonSerializer.Deserialize(step.Data.Span, ProtocolJson.Default.ApprovalStep)!;
    }
}
