using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using static Tasklight.Protocol.AgentExecutionStatus;
using static Tasklight.Server.Tests.Lifecycle.TaskBuilder;

namespace Tasklight.Server.Tests.Lifecycle;

public sealed class RunTests
{
    [Fact]
    public void An_offer_is_no_event_and_takes_the_task_from_the_queue()
    {
        var change = Pending().Changed(Offer(1));
        Assert.Empty(change.Events);
        Assert.False(change.Task.IsQueued);
        Assert.Equal(1, change.Task.Attempt);
    }

    [Fact]
    public void A_pinned_task_is_offered_to_its_worker_only()
    {
        var task = New(Turn() with { Pin = "w-7" });
        Assert.Equal("w-7", task.Fields.WorkerId);
        Assert.Equal("invalid_transition", task.Refused(Offer(1, "w-8")).Code);
        Assert.NotNull(task.After(Offer(1, "w-7")).Run);
    }

    [Fact]
    public void A_lost_run_is_delivered_again_until_its_attempts_are_used_up()
    {
        var task = Pending();
        for (var attempt = 1; attempt <= TaskDefaults.MaxAttempts; attempt++)
        {
            Assert.True(task.IsQueued);
            task = task.After(Offer(attempt));
            Assert.Equal(attempt, task.Attempt);
            task = task.After(new TaskCommand.Redeliver(Org, Id, At(attempt), task.Run!.Lease, "its session expired"));
        }

        Assert.Equal((Error, "The task was delivered 3 times (max_attempts 3) and no run saved its end; the last one: its session expired."), (task.Status, task.Fields.Result));
    }

    [Fact]
    public void A_run_that_waits_for_a_person_uses_up_no_attempts()
    {
        var task = Pending();
        for (var n = 1; n <= TaskDefaults.MaxAttempts + 2; n++)
        {
            task = task.After(Offer(10 * n));
            task = task.After(Save(10 * n + 1, Patch(AgentExecutionStatus.Executing), task.Run!.Lease));
            task = task.After(new TaskCommand.RequestApproval(Org, Id, At(10 * n + 2), new HumanInTheLoopRequest { WaitNodeId = "n" }, task.Run!.Lease));
            task = task.After(new TaskCommand.Approve(Org, Id, At(10 * n + 3), "dana", null));
        }

        task = task.After(Offer(100));
        Assert.Equal((TaskDefaults.MaxAttempts + 3, 0), (task.Attempt, task.LostRuns));
        var lost = task.After(new TaskCommand.Redeliver(Org, Id, At(101), task.Run!.Lease, "its session expired"));
        Assert.Equal((AgentExecutionStatus.Pending, 1), (lost.Status, lost.LostRuns));
    }

    [Fact]
    public void A_delivery_handed_back_untouched_does_not_count()
    {
        var task = Offered();
        var back = task.After(new TaskCommand.Redeliver(Org, Id, At(3), task.Run!.Lease, "the worker leaves") { Uncounted = true });
        Assert.Equal((AgentExecutionStatus.Pending, 0), (back.Status, back.Attempt));
        Assert.NotEqual(task.Run.Lease, back.After(Offer(4)).Run!.Lease);
    }

    [Fact]
    public void A_redelivery_is_not_bound_to_the_worker_that_was_lost()
    {
        var task = New(Turn() with { Pin = "w-7" }).After(Offer(1, "w-7"));
        var back = task.After(new TaskCommand.Redeliver(Org, Id, At(3), task.Run!.Lease, "its session expired"));
        Assert.NotNull(back.After(Offer(4, "w-8")).Run);
    }

    [Fact]
    public void A_late_lease_is_told_to_stop()
    {
        var task = Executing();
        var lost = task.After(new TaskCommand.Redeliver(Org, Id, At(20), task.Run!.Lease, "its session expired")).After(Offer(21, "session-2"));
        Assert.Equal(RefusalReason.LeaseLost, lost.Refused(Save(22, Patch(Completed, "late"), task.Run.Lease)).Reason);
    }

    [Fact]
    public void A_stopped_run_keeps_its_slot_until_its_end_is_told()
    {
        var stopped = Executing().After(Stop(5));
        Assert.Equal(TaskRunState.Detached, stopped.Run!.State);
        Assert.Null(stopped.Fields.StopDetails!.EndedAt);
        var ended = stopped.After(EndRun(7));
        Assert.Null(ended.Run);
        Assert.Equal(At(7), ended.Fields.StopDetails!.EndedAt);
        Assert.Null(ended.Fields.StopDetails.ConfirmedAt);
    }

    [Fact]
    public void A_worker_confirms_the_stop_once()
    {
        var stopped = Executing().After(Stop(5));
        var confirmed = stopped.After(new TaskCommand.ConfirmStop(Org, Id, At(6), stopped.Run!.Lease));
        Assert.Equal(At(6), confirmed.Fields.StopDetails!.ConfirmedAt);
        Assert.Same(confirmed, confirmed.After(new TaskCommand.ConfirmStop(Org, Id, At(7), stopped.Run.Lease)));
    }

    [Fact]
    public void A_stop_of_a_waiting_task_needs_no_confirmation()
    {
        var stop = Pending().After(Stop(5)).Fields.StopDetails!;
        Assert.Equal((At(5), At(5)), (stop.ConfirmedAt, stop.EndedAt));
    }

    [Fact]
    public void A_stop_reaches_the_children_that_still_run()
    {
        var parent = Executing()
            .After(new TaskCommand.AddChild(Org, Id, At(3), "a", "{}"u8.ToArray()))
            .After(new TaskCommand.AddChild(Org, Id, At(3), "b", "{}"u8.ToArray()))
            .After(new TaskCommand.FinishChild(Org, Id, At(4), "a", Finished: true, OpenBelow: false));
        var stop = Assert.IsType<TaskCommand.Stop>(Assert.Single(parent.Changed(Stop(5)).FollowUps));
        Assert.Equal("b", stop.TaskId);
    }

    [Fact]
    public void A_task_is_not_offered_before_its_time()
    {
        var task = Pending(f => f.NotBefore = At(60));
        Assert.False(task.IsQueued);
        Assert.Equal(At(60), task.DueAt);
        Assert.Same(task, task.After(new TaskCommand.Tick(Org, Id, At(59))));
        Assert.True(task.After(new TaskCommand.Tick(Org, Id, At(60))).IsQueued);
    }

    [Fact]
    public void A_task_that_nobody_took_in_time_fails_and_says_so()
    {
        var task = New(Turn() with { StartBy = At(30) }).After(new TaskCommand.Tick(Org, Id, At(30)));
        Assert.Equal((Failed, "No worker took the task by 2026-05-13T10:00:30.000000Z (start_within)."), (task.Status, task.Fields.Result));
    }

    [Fact]
    public void A_task_that_was_taken_no_longer_waits_for_its_start()
    {
        var task = New(Turn() with { StartBy = At(30) }).After(Offer(29));
        Assert.Equal(At(59), task.DueAt);
        Assert.Same(task, task.After(new TaskCommand.Tick(Org, Id, At(30))));
    }

    [Fact]
    public void An_offer_that_no_save_confirms_is_made_again()
    {
        var offered = Offered();
        Assert.Same(offered, offered.After(new TaskCommand.Tick(Org, Id, At(30))));
        var queued = offered.After(new TaskCommand.Tick(Org, Id, At(31)));
        Assert.True(queued.IsQueued);
        Assert.Equal(RefusalReason.LeaseLost, queued.Refused(Save(32, Patch(Completed, "late"), offered.Run!.Lease)).Reason);
    }

    [Fact]
    public void An_offer_from_before_a_restart_has_its_time_from_then_on()
    {
        var offered = Offered();
        Assert.Same(offered, offered.After(new TaskCommand.Tick(Org, Id, At(100)) { HearsSince = At(90) }));
        Assert.True(offered.After(new TaskCommand.Tick(Org, Id, At(120)) { HearsSince = At(90) }).IsQueued);
    }

    [Fact]
    public void A_run_that_lasts_too_long_ends_in_error_and_its_worker_is_told_to_stop()
    {
        var task = Executing() with { MaxRunSeconds = 10 };
        var ended = task.After(new TaskCommand.Tick(Org, Id, At(12)));
        Assert.Equal((Error, TaskRunState.Detached), (ended.Status, ended.Run!.State));
        Assert.Equal(RefusalReason.LeaseLost, ended.Refused(Save(13, Patch(Completed, "late"), task.Run!.Lease)).Reason);
    }

    [Fact]
    public void A_child_tells_its_parent_when_it_begins_and_when_it_ends()
    {
        var begun = TaskBuilder.Changed(null, new TaskCommand.Create(Org, Id, Start, Turn(f => f.ParentExecution = "parent")));
        Assert.Equal(("parent", Id), (Assert.IsType<TaskCommand.AddChild>(begun.FollowUps[0]).TaskId, ((TaskCommand.AddChild)begun.FollowUps[0]).ChildId));
        var ended = begun.Task.Changed(Save(2, Patch(Completed, "done")));
        Assert.True(Assert.IsType<TaskCommand.FinishChild>(ended.FollowUps[0]).Finished);
    }

    [Fact]
    public void Metrics_after_the_end_fill_in_tokens_and_are_told()
    {
        var metrics = new ExecutionMetricsReport { ExecutionId = Id, Source = "sdk", LlmTokens = new ExecutionTokens { Worker = new Tokens { PromptTokens = 9, CompletionTokens = 1 } } };
        var change = Ended(Completed).Changed(new TaskCommand.RecordMetrics(Org, Id, At(9), metrics, null));
        Assert.Equal(10, change.Task.Fields.Tokens!.TotalTokens);
        Assert.Equal([HiddenEvents.Metrics, "task_updated"], change.Events.Select(e => e.Type));
    }

    [Fact]
    public void The_duration_of_a_turn_is_that_of_all_its_runs_and_not_of_its_waits()
    {
        var lost = Executing().After(t => new TaskCommand.Redeliver(Org, Id, At(12), t.Run!.Lease, "its session expired"));
        Assert.Equal(10, lost.Fields.Duration);
        var paused = lost.After(Offer(20)).After(Save(21, Patch(AgentExecutionStatus.Executing))).After(t => Save(25, Whole(t, AgentExecutionStatus.Paused))).After(EndRun(26));
        Assert.Equal(14, paused.Fields.Duration);
        var again = paused.After(Save(900, Patch(AgentExecutionStatus.Pending))).After(Offer(1_000)).After(Save(1_001, Patch(AgentExecutionStatus.Executing)));

        Assert.Equal(17, again.After(Save(1_004, Patch(Completed, "done"))).Fields.Duration);
        Assert.Equal(17, again.After(t => Save(1_004, Whole(t, Completed))).Fields.Duration);
        Assert.Equal(17, again.After(Stop(1_004)).Fields.Duration);
        Assert.Equal(1.5, again.After(Save(1_004, new TaskPatch { Status = Completed, Duration = 1.5 })).Fields.Duration);
        Assert.Equal(0, again.After(Stop(1_004)).After(new TaskCommand.Create(Org, Id, At(1_005), Turn())).Fields.Duration);
    }

    [Fact]
    public void A_stop_of_a_paused_task_is_confirmed_though_its_slot_is_still_in_use_however_it_comes_about()
    {
        var asked = Executing().After(new TaskCommand.RequestApproval(Org, Id, At(5), new HumanInTheLoopRequest { WaitNodeId = "n" }, null));
        foreach (var stopped in new[] { asked.After(Stop(7)), asked.After(new TaskCommand.Reject(Org, Id, At(7), "dana", null, null)) })
        {
            Assert.Equal((At(7), null), (stopped.Fields.StopDetails!.ConfirmedAt, stopped.Fields.StopDetails.EndedAt));
            Assert.Equal(At(8), stopped.After(EndRun(8)).Fields.StopDetails!.EndedAt);
        }
    }
}
