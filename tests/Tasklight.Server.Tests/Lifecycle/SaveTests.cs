using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Tests.Access;
using static Tasklight.Protocol.AgentExecutionStatus;
using static Tasklight.Server.Tests.Lifecycle.TaskBuilder;

namespace Tasklight.Server.Tests.Lifecycle;

public sealed class SaveTests
{
    [Fact]
    public void The_first_executing_confirms_the_offer_and_sets_the_start_once()
    {
        var task = Executing();
        Assert.Equal((Executing().Status, At(2), Session, 1), (task.Status, task.Fields.StartedAt, task.Fields.WorkerId, task.Fields.Attempt));
        Assert.Equal(TaskRunState.Running, task.Run!.State);
        Assert.Equal(At(2), task.After(Save(7, Patch(AgentExecutionStatus.Executing))).Fields.StartedAt);
    }

    [Fact]
    public void A_final_save_ends_the_turn_with_one_task_finished()
    {
        var change = Executing().Changed(Save(5, Patch(Completed, "42")));
        Assert.Equal((Completed, "42", At(5)), (change.Task.Status, change.Task.Fields.Result, change.Task.Fields.FinishedAt));
        Assert.Equal(["task_finished"], change.Events.Select(e => e.Type));
        Assert.Equal(change.Task.Sequence, change.Task.FinishedSequence);
        Assert.Equal(TaskRunState.Closed, change.Task.Run!.State);
    }

    [Fact]
    public void A_final_save_that_shows_its_lease_frees_the_slot_at_once()
    {
        var task = Executing();
        Assert.Null(task.After(Save(5, Patch(Completed, "42"), task.Run!.Lease)).Run);
    }

    [Fact]
    public void The_same_end_told_twice_gets_the_same_answer()
    {
        var task = Executing();
        var ended = task.After(Save(5, Patch(Completed, "42"), task.Run!.Lease));
        Assert.Same(ended, ended.After(Save(6, Patch(Completed, "42"), task.Run.Lease)));
    }

    [Fact]
    public void A_run_whose_pause_was_ended_before_its_last_save_does_not_pause_the_task_again()
    {
        var running = Executing();
        var approved = running.After(Save(3, Whole(running, AgentExecutionStatus.Paused))).After(Save(4, Patch(AgentExecutionStatus.Pending)));
        Assert.Equal(AgentExecutionStatus.Pending, approved.After(Save(5, Whole(running, AgentExecutionStatus.Paused))).Status);
        Assert.Equal(AgentExecutionStatus.Paused, approved.After(EndRun(5)).After(Save(6, Whole(running, AgentExecutionStatus.Paused))).Status);
    }

    [Fact]
    public void Whatever_a_stopped_run_says_last_does_not_move_the_next_turn()
    {
        var offered = Offered();
        var next = offered.After(Stop(2)).After(new TaskCommand.Create(Org, Id, At(3), Turn()));
        Assert.Equal(AgentExecutionStatus.Pending, next.After(Save(4, Whole(offered, AgentExecutionStatus.Paused, "old"))).Status);
        Assert.True(next.After(Save(4, Whole(offered, Error, "old"))).After(EndRun(5)).IsQueued);
    }

    [Fact]
    public void The_first_save_of_a_run_that_lost_its_offer_leaves_the_task_waiting()
    {
        var offered = Offered();
        var lost = offered.After(new TaskCommand.Redeliver(Org, Id, At(2), offered.Run!.Lease, "gone"));
        Assert.True(lost.After(Save(3, Whole(offered, AgentExecutionStatus.Executing))).IsQueued);
    }

    [Fact]
    public void Another_end_with_the_lease_that_ended_the_turn_is_refused()
    {
        var task = Executing();
        var ended = task.After(Save(5, Patch(Completed, "42"), task.Run!.Lease));
        Assert.Equal(RefusalReason.LeaseLost, ended.Refused(Save(6, Patch(Completed, "43"), task.Run.Lease)).Reason);
    }

    [Fact]
    public void Law_4_what_comes_after_the_first_final_save_changes_neither_status_result_nor_time()
    {
        var ended = Executing().After(Save(5, Patch(Completed, "first")));
        var late = ended.Changed(Save(6, Patch(Failed, "second")));
        Assert.Equal((Completed, "first", At(5)), (late.Task.Status, late.Task.Fields.Result, late.Task.Fields.FinishedAt));
        Assert.Equal([HiddenEvents.LateResult], late.Events.Select(e => e.Type));
    }

    [Fact]
    public void A_finished_task_still_takes_a_title_and_an_internal_status()
    {
        var task = Ended(Completed).After(Save(9, new TaskPatch { Title = "new", InternalStatus = "billed" }));
        Assert.Equal(("new", "billed", Completed), (task.Fields.Title, task.Fields.InternalStatus, task.Status));
    }

    [Fact]
    public void Law_5_the_late_save_of_a_stopped_run_changes_nothing_and_is_kept()
    {
        var running = Executing();
        var stopped = running.After(Stop(5));
        var late = stopped.Changed(Save(6, Whole(running, Completed, "too late")));
        Assert.Equal((Stopped, At(5)), (late.Task.Status, late.Task.Fields.FinishedAt));
        Assert.Null(late.Task.Fields.Result);
        Assert.Equal([HiddenEvents.LateResult], late.Events.Select(e => e.Type));
    }

    [Fact]
    public void A_client_may_take_a_stop_back()
    {
        var stopped = Pending().After(Stop(3));
        var paused = stopped.After(Save(4, Whole(stopped, AgentExecutionStatus.Paused)));
        Assert.Equal(AgentExecutionStatus.Paused, paused.Status);
        Assert.Null(paused.Fields.FinishedAt);
        Assert.Equal(Stopped, paused.After(Stop(5)).Status);
    }

    [Fact]
    public void The_late_end_of_a_stopped_run_is_not_a_client_taking_the_stop_back()
    {
        var running = Executing();
        var stopped = running.After(Stop(5));
        Assert.Equal(Stopped, stopped.After(Save(6, Whole(running, AgentExecutionStatus.Paused))).Status);
    }

    [Fact]
    public void A_whole_save_of_an_earlier_turn_applies_nothing_to_the_next()
    {
        var first = Executing();
        var second = first.After(Save(5, Patch(Completed, "one"))).After(EndRun(6)).After(new TaskCommand.Create(Org, Id, At(7), Turn()));
        var late = second.Changed(Save(8, Whole(first, Completed, "one again")));
        Assert.Equal(AgentExecutionStatus.Pending, late.Task.Status);
        Assert.Equal([HiddenEvents.LateResult], late.Events.Select(e => e.Type));
    }

    [Fact]
    public void A_run_of_an_earlier_turn_that_goes_on_is_refused_and_never_sees_the_next()
    {
        var first = Executing();
        var second = first.After(Stop(5)).After(new TaskCommand.Create(Org, Id, At(6), Turn()));
        Assert.Equal(RefusalReason.Conflict, second.Refused(Save(7, Whole(first, AgentExecutionStatus.Executing))).Reason);
    }

    [Fact]
    public void While_a_stopped_run_has_its_slot_a_final_whole_save_counts_as_its_own()
    {
        var second = Executing().After(Stop(5)).After(new TaskCommand.Create(Org, Id, At(6), Turn()));
        Assert.False(second.IsQueued);
        var late = second.After(Save(7, Whole(second, Completed, "of the stopped run")));
        Assert.Equal((AgentExecutionStatus.Pending, null), (late.Status, late.Fields.Result));
        Assert.True(late.After(EndRun(8)).IsQueued);
    }

    [Fact]
    public void A_run_that_was_stopped_before_its_first_save_does_not_begin_in_the_next_turn()
    {
        var offered = Offered();
        var second = offered.After(Stop(2)).After(new TaskCommand.Create(Org, Id, At(3), Turn()));
        var refusal = second.Refused(Save(4, Whole(offered, AgentExecutionStatus.Executing)));
        Assert.Equal("Task 'task-1' has a new turn, which waits for the end of the run before it: that run was stopped and must not begin.", refusal.Detail);
        var late = second.After(Save(5, Whole(offered, Error, "[409]")));
        Assert.Equal((AgentExecutionStatus.Pending, null), (late.Status, late.Fields.Result));
        Assert.True(late.After(EndRun(6)).IsQueued);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_task_that_its_run_puts_back_waits_a_second_before_anybody_gets_it_again(bool showsLease)
    {
        var running = Executing();
        var back = running.After(Save(3, Patch(AgentExecutionStatus.Pending), showsLease ? running.Run!.Lease : null));
        Assert.Equal((AgentExecutionStatus.Pending, At(4), At(4)), (back.Status, back.Fields.NotBefore, back.DueAt));
        if (!showsLease)
            back = back.After(EndRun(3));
        Assert.False(back.IsQueued);
        Assert.True(back.After(new TaskCommand.Tick(Org, Id, At(4))).IsQueued);
    }

    [Fact]
    public void A_paused_task_that_is_set_to_pending_is_in_the_queue_at_once()
    {
        var running = Executing();
        var paused = running.After(Save(3, Patch(AgentExecutionStatus.Paused), running.Run!.Lease));
        Assert.True(paused.After(Save(4, Patch(AgentExecutionStatus.Pending))).IsQueued);
    }

    [Fact]
    public void A_run_that_was_put_back_or_paused_and_goes_on_holds_the_task_again()
    {
        var running = Executing();
        foreach (var away in new[] { AgentExecutionStatus.Pending, AgentExecutionStatus.Paused })
        {
            var again = running.After(Save(3, Patch(away))).After(Save(4, Whole(running, AgentExecutionStatus.Executing)));
            Assert.Equal((AgentExecutionStatus.Executing, TaskRunState.Running), (again.Status, again.Run!.State));
            Assert.True(again.After(new TaskCommand.Redeliver(Org, Id, At(20), again.Run.Lease, "its session expired")).IsQueued);
        }
    }

    [Fact]
    public void A_task_put_back_and_not_yet_taken_accepts_the_final_save_of_its_old_run()
    {
        var running = Executing();
        var back = running.After(new TaskCommand.Redeliver(Org, Id, At(20), running.Run!.Lease, "its session expired"));
        var ended = back.After(Save(21, Whole(running, Completed, "made it")));
        Assert.Equal((Completed, "made it"), (ended.Status, ended.Fields.Result));
    }

    [Fact]
    public void A_mid_run_save_of_a_run_that_lost_the_task_does_not_make_it_executing()
    {
        var running = Executing();
        var back = running.After(new TaskCommand.Redeliver(Org, Id, At(20), running.Run!.Lease, "its session expired"));
        Assert.Equal(AgentExecutionStatus.Pending, back.After(Save(21, Whole(running, AgentExecutionStatus.Executing))).Status);
    }

    [Fact]
    public void A_save_of_executing_to_a_stopped_task_is_refused()
    {
        var refusal = Offered().After(Stop(2)).Refused(Save(3, Patch(AgentExecutionStatus.Executing)));
        Assert.Equal("Task 'task-1' has ended (stopped); it cannot be executing again. A new turn begins with a create of the same id.", refusal.Detail);
    }

    [Fact]
    public void The_servers_fields_cannot_be_saved()
    {
        var task = Executing();
        var seen = task with { Fields = task.Fields.Clone() };
        seen.Fields.IsManuallyStopped = true;
        seen.Fields.Input = new AgentExecutionInput { Text = "another prompt" };
        seen.Fields.ExecutionAttempts = 9;
        var saved = task.After(Save(5, Whole(seen, AgentExecutionStatus.Executing)));
        Assert.Equal((false, "Summarise the report", 1), (saved.Fields.IsManuallyStopped, saved.Fields.Input.Text, saved.Fields.ExecutionAttempts));
    }

    [Fact]
    public void A_changed_plan_is_told_before_the_update_that_carries_it()
    {
        var plan = new DeepPlanning { Enabled = true, Tasks = [new DeepPlanningItem { Id = "1", Title = "Read" }] };
        var change = Executing().Changed(Save(5, new TaskPatch { DeepPlanning = plan }));
        Assert.Equal(["plan_updated", "task_updated"], change.Events.Select(e => e.Type));
    }

    [Fact]
    public void Only_approve_reject_and_stop_end_an_open_approval()
    {
        var waiting = Executing().After(new TaskCommand.RequestApproval(Org, Id, At(3), new HumanInTheLoopRequest { WaitNodeId = "n" }, null));
        Assert.Equal(ErrorCodes.InvalidTransition, waiting.Refused(Save(4, Patch(AgentExecutionStatus.Pending))).Code);
        Assert.NotNull(waiting.After(Save(4, new TaskPatch { HitlRequest = new Optional<HumanInTheLoopRequest?>(null) })).Fields.HitlRequest);
    }

    [Fact]
    public void Secrets_of_two_saves_that_were_sent_at_once_are_both_kept()
    {
        var secrets = new TaskSecrets(new ReversingBox());
        MCPServerDetails[] servers = [new() { Name = "crm", ApiKey = "key-1" }];
        TaskCommand first = new TaskCommand.Save(Org, Id, At(1), new TaskPatch { McpServers = new Optional<IReadOnlyList<MCPServerDetails>>(TaskSecrets.Mask(servers)) }, null) { Secrets = new(secrets, null, null, servers) };
        TaskCommand second = new TaskCommand.Save(Org, Id, At(1), new TaskPatch(), null) { Secrets = new(secrets, "oidc-1", null, null) };

        var saved = Pending().After(first).After(second);

        var clear = saved.Fields.Clone();
        secrets.Restore(clear, saved.Secrets!);
        Assert.Equal(("key-1", "oidc-1"), (clear.McpServers[0].ApiKey, clear.UserOidcToken));
        Assert.Same(saved, saved.After(second));
    }

    [Fact]
    public void A_retry_sends_secrets_to_the_servers_that_they_were_given_for()
    {
        var secrets = new TaskSecrets(new ReversingBox());
        MCPServerDetails[] now = [new() { Name = "crm", Url = "https://crm.example", ApiKey = "key-1" }];
        var task = Pending(fields => fields.McpServers = [new() { Name = "crm", Url = "https://evil.example" }])
            .After(new TaskCommand.Save(Org, Id, At(1), new TaskPatch { McpServers = TaskSecrets.Mask(now).ToArray() }, null) { Secrets = new(secrets, null, null, now) });

        var again = task.After(Stop(2)).After(new TaskCommand.Retry(Org, Id, At(3)));

        var clear = again.Fields.Clone();
        secrets.Restore(clear, again.Secrets!);
        Assert.Equal(("https://crm.example", "key-1"), (clear.McpServers[0].Url, clear.McpServers[0].ApiKey));
    }
}
