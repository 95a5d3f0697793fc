using FsCheck;
using FsCheck.Fluent;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using static Tasklight.Server.Tests.Lifecycle.TaskBuilder;

namespace Tasklight.Server.Tests.Lifecycle;

/// <summary>Random sequences of commands keep every law that is the machine's.</summary>
public sealed class LawProperties
{
    /// <summary>How many kinds of commands <see cref="Command"/> makes.</summary>
    internal const int Kinds = 25;

    static int Runs => Environment.GetEnvironmentVariable("TASKLIGHT_TEST_LONG") == "1" ? 20_000 : 1_000;

    [Fact]
    public void Laws_2_to_5_any_sequence_of_commands_keeps_them() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Runs),
            Prop.ForAll(Gen.Choose(0, Kinds - 1).ArrayOf(60).ToArbitrary(), steps => Walk(steps)));

    static void Walk(int[] steps)
    {
        TaskRecord? task = null;
        var seen = new List<TaskRecord>();
        var log = new List<EventDraft>();
        for (var n = 0; n < steps.Length; n++)
        {
            var before = task;
            if (TaskMachine.Decide(before, Command(steps[n], n, before, seen)) is not TaskDecision.Change change)
                continue;
            task = change.Task;
            log.AddRange(change.Events);
            seen.Add(task);
            AssertLaws(before, change, log);
        }
    }

    static void AssertLaws(TaskRecord? before, TaskDecision.Change change, List<EventDraft> log)
    {
        var after = change.Task;
        // The log is numbered without gaps and never runs backwards.
        Assert.Equal(log.Count, after.Sequence);
        Assert.True(log.Zip(log.Skip(1)).All(pair => pair.First.Time <= pair.Second.Time));
        // What a client sees changed has its event in the same change, and the other way round.
        if (before is not null && before.Turn == after.Turn)
            Assert.Equal(TaskFieldDiff.Differs(before.Fields, after.Fields), change.Events.Any(e => e.Kind == EventKind.Lifecycle));
        // A finish time if and only if terminal.
        Assert.Equal(after.IsTerminal, after.Fields.FinishedAt is not null);
        Assert.Equal(after.IsTerminal, after.FinishedSequence > 0);
        // A lease if and only if dispatched and open.
        if (after.Run is { HoldsLease: true } run)
        {
            Assert.Equal(after.Turn, run.Turn);
            Assert.Equal(run.State == TaskRunState.Offered ? AgentExecutionStatus.Pending : AgentExecutionStatus.Executing, after.Status);
        }

        Assert.False(after.IsQueued && after.Run is not null);
        // Steps are numbered without gaps, and a budget above holds only what is paused.
        Assert.Equal((before?.SessionLast ?? 0) + change.Steps.Length, after.SessionLast);
        Assert.True(after.HeldBy is null || after.Status == AgentExecutionStatus.Paused);
        if (before is null || before.Turn != after.Turn)
            return;
        // A stopped task stays stopped but for a client that takes it back; other ends are for good, with their result and time.
        if (before.IsTerminal && before.Status != AgentExecutionStatus.Stopped)
            Assert.Equal((before.Status, before.Fields.Result, before.Fields.FinishedAt), (after.Status, after.Fields.Result, after.Fields.FinishedAt));
        if (before.Status == AgentExecutionStatus.Stopped)
            Assert.True(after.Status is AgentExecutionStatus.Stopped or AgentExecutionStatus.Paused or AgentExecutionStatus.Pending);
        Assert.True(after.LostRuns <= after.MaxAttempts && after.LostRuns <= after.Attempt);
    }

    /// <summary>One of every kind of command, for the task as it is now or was once.</summary>
    internal static TaskCommand Command(int kind, int n, TaskRecord? task, List<TaskRecord> seen)
    {
        var old = seen.Count == 0 ? Pending() : seen[n * 7919 % seen.Count];
        var lease = task?.Run?.Lease ?? "none";
        var status = (AgentExecutionStatus)(n % 7);
        return kind switch
        {
            0 or 1 => new TaskCommand.Create(Org, Id, At(n), Turn(fields => fields.Budget = BudgetOf(n))),
            2 or 3 => Offer(n, "s-" + (n % 3)),
            4 or 5 => Save(n, Patch(AgentExecutionStatus.Executing)),
            6 => Save(n, Patch(AgentExecutionStatus.Executing), lease),
            7 => Save(n, Patch(AgentExecutionStatus.Completed, "r" + n), lease),
            8 => Save(n, Patch(status, "r" + n)),
            9 => Save(n, Whole(old, status, "old" + n)),
            10 => Save(n, Whole(old, AgentExecutionStatus.Completed, "old" + n), old.Run?.Lease),
            11 => Stop(n),
            12 or 13 => new TaskCommand.EndRun(Org, Id, At(n), lease),
            14 => new TaskCommand.Redeliver(Org, Id, At(n), lease, "its session expired") { Uncounted = n % 2 == 0 },
            15 => new TaskCommand.ConfirmStop(Org, Id, At(n), lease),
            16 => new TaskCommand.Tick(Org, Id, At(n * 20_000)),
            17 => new TaskCommand.RequestApproval(Org, Id, At(n), new HumanInTheLoopRequest { WaitNodeId = "n" }, n % 2 == 0 ? null : lease),
            18 => n % 2 == 0 ? new TaskCommand.Approve(Org, Id, At(n), "dana", null) : new TaskCommand.Reject(Org, Id, At(n), "dana", null, "no"),
            19 => new TaskCommand.Push(Org, Id, At(n - 5), [new EventDraft("chunk", At(n - 5), "\"x\""u8.ToArray(), EventKind.Pushed)], n % 2 == 0 ? null : lease),
            20 or 21 => new TaskCommand.SaveSession(
                Org, Id, At(n), [new SessionDraft((task?.SessionLast ?? 0) + 1, n % 5 == 0 ? "summary" : "note", "1"u8.ToArray())], new UsageTotals { PromptTokens = n }, lease == "none" ? null : lease),
            22 => new TaskCommand.AddUsage(Org, Id, At(n), new UsageTotals { ToolCalls = 1, Cost = 0.25m }),
            23 => n % 2 == 0 ? new TaskCommand.HoldForBudget(Org, Id, At(n), "top") : new TaskCommand.ReleaseForBudget(Org, Id, At(n), "top"),
            24 when n % 3 == 0 => n % 2 == 0
                ? new TaskCommand.AddChild(Org, Id, At(n), "c" + (n % 4), "{}"u8.ToArray())
                : new TaskCommand.FinishChild(Org, Id, At(n), "c" + (n % 4), Finished: n % 5 != 0, OpenBelow: n % 5 == 1),
            24 when n % 2 == 0 => new TaskCommand.ChangePlan(Org, Id, At(n), n % 4 == 0 ? new PlanChange.Ask("why?") : new PlanChange.Add(new DeepPlanningItem { Id = "i" + n, Title = "x" }), null),
            _ => new TaskCommand.RecordMetrics(Org, Id, At(n), new ExecutionMetricsReport { ExecutionId = Id, Source = "sdk", Duration = n, LlmTokens = new() { Worker = new() { PromptTokens = n } } }, null),
        };
    }

    static TaskBudget? BudgetOf(int n) => (n % 3) switch
    {
        0 => null,
        1 => new TaskBudget { MaxTokens = 40, MaxSeconds = 30_000 },
        _ => new TaskBudget { MaxTokens = 40, MaxToolCalls = 2, MaxSeconds = 30_000, Action = TaskBudget.ActionPause },
    };
}
