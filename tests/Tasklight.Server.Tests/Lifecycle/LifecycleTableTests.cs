using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using static Tasklight.Server.Tests.Lifecycle.TaskBuilder;

namespace Tasklight.Server.Tests.Lifecycle;

/// <summary>Every status against every command, as docs/task-lifecycle.md has it.</summary>
public sealed class LifecycleTableTests
{
    static readonly AgentExecutionStatus[] Statuses = Enum.GetValues<AgentExecutionStatus>();

    static readonly (string Name, Func<TaskRecord, TaskRecord>? Given, Func<TaskRecord, TaskCommand> Command)[] Rows =
    [
        ("create with this id", null, _ => new TaskCommand.Create(Org, Id, At(9), Turn())),
        ("the same create again", t => t with { CreateHash = "h" }, _ => new TaskCommand.Create(Org, Id, At(9), Turn() with { CreateHash = "h" })),
        ("retry", null, _ => new TaskCommand.Retry(Org, Id, At(9))),
        ("offer to a worker", null, _ => Offer(9)),
        .. Statuses.Select(s => ($"save {s.ToWire()}", (Func<TaskRecord, TaskRecord>?)null, (Func<TaskRecord, TaskCommand>)(_ => Save(9, Patch(s))))),
        ("save without status", null, _ => Save(9, new TaskPatch { Title = "new" })),
        ("save with a foreign lease", null, _ => Save(9, Patch(AgentExecutionStatus.Completed, "late"), "other")),
        ("whole save of another turn", null, t => Save(9, OfAnotherTurn(t))),
        ("stop", null, _ => Stop(9)),
        ("confirm the stop", null, t => new TaskCommand.ConfirmStop(Org, Id, At(9), t.Run?.Lease ?? "none")),
        ("store a step of the session", null, t => new TaskCommand.SaveSession(Org, Id, At(9), [new SessionDraft(1, "note", "1"u8.ToArray())], new UsageTotals { ToolCalls = 1 }, t.Run?.Lease)),
        ("a step that reaches a budget to stop", t => WithBudget(t, TaskBudget.ActionStop), Spend),
        ("a step that reaches a budget to pause", t => WithBudget(t, TaskBudget.ActionPause), Spend),
        ("hold for a budget above", null, _ => new TaskCommand.HoldForBudget(Org, Id, At(9), "top")),
        ("change the plan", null, _ => new TaskCommand.ChangePlan(Org, Id, At(9), new PlanChange.Add(new DeepPlanningItem { Id = "i", Title = "x" }), null)),
        ("push events", null, _ => new TaskCommand.Push(Org, Id, At(9), [new EventDraft("chunk", At(9), "\"x\""u8.ToArray(), EventKind.Pushed)], null)),
        ("end of the run", null, t => EndRun(9)(t)),
        ("redeliver", null, t => new TaskCommand.Redeliver(Org, Id, At(9), t.Run?.Lease ?? "none", "its session expired")),
        ("redeliver, attempts used up", t => t with { MaxAttempts = 1 }, t => new TaskCommand.Redeliver(Org, Id, At(9), t.Run?.Lease ?? "none", "its session expired")),
        ("tick, start_within passed", t => t with { StartBy = At(5) }, _ => new TaskCommand.Tick(Org, Id, At(9))),
        ("tick, max_run_seconds passed", t => t with { MaxRunSeconds = 5 }, _ => new TaskCommand.Tick(Org, Id, At(9))),
        ("metrics", null, _ => new TaskCommand.RecordMetrics(Org, Id, At(9), new ExecutionMetricsReport { ExecutionId = Id, Source = "sdk", Duration = 7 }, null)),
        ("ask for an approval", null, _ => new TaskCommand.RequestApproval(Org, Id, At(9), new HumanInTheLoopRequest { WaitNodeId = "n" }, null)),
        ("approve", null, _ => new TaskCommand.Approve(Org, Id, At(9), "dana", null)),
        ("approve, approval open", AskedWhenPaused, _ => new TaskCommand.Approve(Org, Id, At(9), "dana", null)),
        ("reject, approval open", AskedWhenPaused, _ => new TaskCommand.Reject(Org, Id, At(9), "dana", null, null)),
        ("approve, action open", ActionWhenPaused, _ => new TaskCommand.Approve(Org, Id, At(9), "dana", null)),
        ("reject, action open", ActionWhenPaused, _ => new TaskCommand.Reject(Org, Id, At(9), "dana", null, null)),
        ("tick, action expired", ActionWhenPaused, _ => new TaskCommand.Tick(Org, Id, At(99))),
        ("save executing, approval open", AskedWhenPaused, _ => Save(9, Patch(AgentExecutionStatus.Executing))),
        ("the login is done", null, _ => new TaskCommand.FinishLogin(Org, Id, At(9), "https://login.example/?state=s")),
        ("the login is done, waited for", WaitingForLogin, _ => new TaskCommand.FinishLogin(Org, Id, At(9), "https://login.example/?state=s")),
        ("a child is created", null, _ => new TaskCommand.AddChild(Org, Id, At(9), "child", "{}"u8.ToArray())),
        ("something goes on below a child that has ended", null, _ => new TaskCommand.FinishChild(Org, Id, At(9), "child", Finished: true, OpenBelow: true)),
        ("report_task", null, _ => new TaskCommand.Report(Org, Id, At(9), TheAgent, new ReportTaskRequest())),
        ("delete", null, _ => new TaskCommand.Delete(Org, Id, At(9))),
    ];

    [Fact]
    public void The_table_of_the_documentation_is_what_the_machine_does()
    {
        var documented = Repository.Read("docs/task-lifecycle.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var actual = Table();
        Assert.True(actual.Split('\n').All(documented.Contains), $"docs/task-lifecycle.md must hold this table:\n{actual}");
    }

    static string Table()
    {
        var table = new StringBuilder("| command | ").AppendJoin(" | ", Statuses.Select(s => s.ToWire())).Append(" |");
        foreach (var (name, given, command) in Rows)
        {
            table.Append("\n| ").Append(name).Append(" | ");
            table.AppendJoin(" | ", Statuses.Select(status =>
            {
                var task = given is null ? In(status) : given(In(status));
                return Cell(task, TaskMachine.Decide(task, command(task)));
            })).Append(" |");
        }

        return table.ToString();
    }

    static string Cell(TaskRecord before, TaskDecision decision) => decision switch
    {
        TaskDecision.Refusal refusal => $"`{refusal.Code}`",
        TaskDecision.Change { IsDeletion: true } => "gone",
        TaskDecision.Change change when change.Task.Status != before.Status || change.Task.Turn != before.Turn => change.Task.Status.ToWire(),
        TaskDecision.Change change when TaskFieldDiff.Differs(before.Fields, change.Task.Fields) => "same status",
        _ => "=",
    };

    static TaskRecord WithBudget(TaskRecord task, string action)
    {
        var fields = task.Fields.Clone();
        fields.Budget = new TaskBudget { MaxTokens = 1, Action = action };
        return task with { Fields = fields };
    }

    static TaskCommand Spend(TaskRecord task) =>
        new TaskCommand.SaveSession(Org, Id, At(9), [new SessionDraft(1, "note", "1"u8.ToArray())], new UsageTotals { PromptTokens = 1 }, task.Run?.Lease);

    static TaskRecord AskedWhenPaused(TaskRecord task) => task.Status == AgentExecutionStatus.Paused
        ? task.After(new TaskCommand.RequestApproval(Org, Id, At(6), new HumanInTheLoopRequest { WaitNodeId = "n" }, null))
        : task;

    static TaskRecord ActionWhenPaused(TaskRecord task) => task.Status == AgentExecutionStatus.Paused
        ? task.After(new TaskCommand.RequestApproval(Org, Id, At(6), new HumanInTheLoopRequest { WaitNodeId = "n", ToolName = "t", ActionHash = "h", ExpiresAt = At(60) }, null))
        : task;

    static TaskRecord WaitingForLogin(TaskRecord task)
    {
        var fields = task.Fields.Clone();
        fields.PendingEcaRequest = new PendingECARequest { ConnectorName = "mail", AuthUrl = "https://login.example/?state=s" };
        return task with { Fields = fields };
    }

    static TaskPatch OfAnotherTurn(TaskRecord task)
    {
        var seen = task with { Fields = task.Fields.Clone() };
        seen.Fields.StartedAt = At(-100);
        return Whole(seen, AgentExecutionStatus.Completed, "late");
    }
}
