using Tasklight.Protocol;
using Tasklight.Server.Dispatch;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Lifecycle;

/// <summary>Law 6: nothing waits without a reason.</summary>
public sealed class WaitReasonTests
{
    static readonly QueueView Empty = new(0, 0, 0);
    static readonly AgentLimits NoLimits = new(IsActive: true, Concurrency: null, ConcurrencyPerUser: null);

    [Fact]
    public void Without_a_worker_the_agent_lacks_one()
    {
        var answer = Explain(TaskBuilder.Pending());

        Assert.Equal(WaitReasons.NoWorker, answer.Reason);
        Assert.Equal(TaskBuilder.Start, answer.Since);
        Assert.Contains(TaskBuilder.TheAgent, answer.Detail, StringComparison.Ordinal);
        Assert.NotNull(answer.UnblockedBy);
    }

    [Fact]
    public void A_worker_that_is_just_gone_is_no_worker() =>
        Assert.Equal(WaitReasons.NoWorker, Explain(TaskBuilder.Pending(), sessions: [Session(isOpen: false)]).Reason);

    [Fact]
    public void With_all_slots_taken_the_slots_are_busy()
    {
        var answer = Explain(TaskBuilder.Pending(), Empty with { Ahead = 3 }, sessions: [Session(inUse: 6)]);

        Assert.Equal(WaitReasons.SlotsBusy, answer.Reason);
        Assert.Contains("6 of 6 slots of 1 connected worker", answer.Detail, StringComparison.Ordinal);
        Assert.Contains("3 queued tasks are before it", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reached_limit_names_itself()
    {
        Assert.Equal(WaitReasons.AgentLimit, Explain(TaskBuilder.Pending(), Empty with { RunningOfAgent = 2 }, NoLimits with { Concurrency = 2 }, [Session()]).Reason);
        Assert.Equal(WaitReasons.UserLimit, Explain(TaskBuilder.Pending(), Empty with { RunningOfUser = 1 }, NoLimits with { ConcurrencyPerUser = 1 }, [Session()]).Reason);
    }

    [Fact]
    public void Runs_that_wait_for_sub_tasks_are_told_and_do_not_hold_back_a_sub_task()
    {
        var subTask = TaskBuilder.Pending(fields => fields.ParentExecution = "above");
        var (full, limit) = (Session(inUse: 6, waiting: 2), NoLimits with { Concurrency = 6 });

        Assert.Contains("in use, 2 of them wait for sub-tasks", Explain(TaskBuilder.Pending(), sessions: [full]).Detail, StringComparison.Ordinal);
        Assert.Contains("6 tasks of the agent run, 2 of them wait for sub-tasks", Explain(TaskBuilder.Pending(), Empty with { RunningOfAgent = 6 }, limit, [full]).Detail, StringComparison.Ordinal);
        Assert.Equal(WaitReasons.Dispatched, Explain(subTask, Empty with { RunningOfAgent = 6 }, limit, [full]).Reason);
        Assert.Equal(WaitReasons.AgentLimit, Explain(subTask, Empty with { RunningOfAgent = 8 }, limit, [full]).Reason);
    }

    [Fact]
    public void A_pinned_task_waits_for_its_worker_and_no_other()
    {
        var pinned = TaskBuilder.New(TaskBuilder.Turn() with { Pin = "wanted" });

        Assert.Equal(WaitReasons.PinnedWorkerAway, Explain(pinned, sessions: [Session("other")]).Reason);
        Assert.Equal(WaitReasons.SlotsBusy, Explain(pinned, sessions: [Session("other"), Session("wanted", inUse: 6)]).Reason);
    }

    [Fact]
    public void A_stopped_run_that_has_its_slot_holds_back_the_next_turn()
    {
        var next = TaskBuilder.Executing().After(TaskBuilder.Stop(3)).After(new TaskCommand.Create(TaskBuilder.Org, TaskBuilder.Id, TaskBuilder.At(4), TaskBuilder.Turn()));

        Assert.Equal(WaitReasons.PreviousRunNotEnded, Explain(next, sessions: [Session()]).Reason);
    }

    [Fact]
    public void Other_reasons_of_a_pending_task()
    {
        Assert.Equal(WaitReasons.NotBefore, Explain(TaskBuilder.Pending(fields => fields.NotBefore = TaskBuilder.At(3600))).Reason);
        Assert.Equal(WaitReasons.RunLocally, Explain(TaskBuilder.Pending(fields => fields.RunLocally = true)).Reason);
        Assert.Equal(WaitReasons.Dispatched, Explain(TaskBuilder.Offered(), sessions: [Session()]).Reason);
        Assert.Equal(WaitReasons.Dispatched, Explain(TaskBuilder.Pending(), sessions: [Session()]).Reason);
        Assert.Equal(WaitReasons.AgentInactive, Explain(TaskBuilder.Pending(), agent: default(AgentLimits)).Reason);
    }

    [Fact]
    public void A_paused_task_says_whom_it_waits_for()
    {
        Assert.Equal(WaitReasons.Paused, Explain(TaskBuilder.Paused()).Reason);
        Assert.Equal(WaitReasons.AwaitingApproval, Explain(Paused(fields => fields.HitlRequest = new() { WaitNodeId = "n1", Title = "Pay the bill" })).Reason);
        Assert.Equal(WaitReasons.AwaitingLogin, Explain(Paused(fields => fields.PendingEcaRequest = new() { ConnectorName = "crm", AuthUrl = "https://crm.example" })).Reason);
        Assert.Equal(WaitReasons.AwaitingAnswer, Explain(Paused(fields => fields.DeepPlanning = DeepPlanning.None with { QuestionRaised = true })).Reason);
    }

    [Theory]
    [InlineData(AgentExecutionStatus.Executing, WaitReasons.Executing)]
    [InlineData(AgentExecutionStatus.Completed, WaitReasons.Finished)]
    [InlineData(AgentExecutionStatus.Stopped, WaitReasons.Finished)]
    public void A_task_that_does_not_wait_says_so(AgentExecutionStatus status, string reason) => Assert.Equal(reason, Explain(TaskBuilder.In(status)).Reason);

    [Fact]
    public void Law_6_every_status_has_a_reason_of_the_closed_list_with_a_time_and_a_sentence()
    {
        foreach (var status in Enum.GetValues<AgentExecutionStatus>())
        {
            var answer = Explain(TaskBuilder.In(status));

            Assert.Contains(answer.Reason, WaitReasons.All);
            Assert.NotNull(answer.Since);
            Assert.False(string.IsNullOrEmpty(answer.Detail));
        }
    }

    static TaskRecord Paused(Action<AgentTaskFields> with)
    {
        var task = TaskBuilder.Paused();
        var fields = task.Fields.Clone();
        with(fields);
        return task with { Fields = fields };
    }

    static SessionView Session(string id = "worker-1", bool isOpen = true, int inUse = 0, int waiting = 0) => new(
        new StoredSession
        {
            Organization = TaskBuilder.Org,
            Id = id,
            AgentId = TaskBuilder.TheAgent,
            KeyId = "key-1",
            Address = "127.0.0.1",
            Environment = "local",
            Slots = 6,
            OpenedAt = TaskBuilder.Start,
        },
        isOpen,
        IsBusy: false,
        IsLeaving: false,
        inUse,
        isOpen ? 6 - inUse : 0,
        isOpen ? waiting : 0,
        TaskBuilder.Start,
        [.. Enumerable.Range(0, inUse).Select(n => new SessionRunView($"t{n}", TaskRunState.Running, TaskBuilder.Start, null, WaitsForSubTasks: n < waiting))]);

    static WhyAnswer Explain(TaskRecord task, QueueView? queue = null, AgentLimits? agent = null, IReadOnlyList<SessionView>? sessions = null) =>
        WaitReason.Explain(task, queue ?? Empty, agent ?? NoLimits, sessions ?? [], TaskBuilder.At(60));
}
