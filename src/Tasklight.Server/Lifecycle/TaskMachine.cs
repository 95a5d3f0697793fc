using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>
/// All rules about status, as pairs of (status, command). Pure: no clock, no database, no logger; what a rule needs comes inside the command.
/// The table of docs/task-lifecycle.md says the same in words, and a test compares the two.
/// </summary>
static partial class TaskMachine
{
    /// <summary>What becomes of a task (null: there is none of that id) under a command.</summary>
    public static TaskDecision Decide(TaskRecord? task, TaskCommand command) => (task, command) switch
    {
        (null, TaskCommand.Create create) => BeginFirstTurn(create),
        (null, TaskCommand.Report report) => BeginReport(report),
        (null, _) => new TaskDecision.Refusal(RefusalReason.NotFound, ErrorCodes.NotFound, $"There is no task '{command.TaskId}' in this organization."),
        (_, TaskCommand.Create create) => BeginNextTurn(task, create),
        (_, TaskCommand.Retry retry) => RetryTurn(task, retry),
        (_, TaskCommand.Report report) => ReportAgain(task, report),
        (_, TaskCommand.Save save) => Save(task, save),
        (_, TaskCommand.Stop stop) => Stop(task, stop),
        (_, TaskCommand.ConfirmStop confirm) => ConfirmStop(task, confirm),
        (_, TaskCommand.Push push) => Push(task, push),
        (_, TaskCommand.SaveSession session) => SaveSession(task, session),
        (_, TaskCommand.AddUsage add) => AddUsage(task, add),
        (_, TaskCommand.HoldForBudget hold) => HoldForBudget(task, hold),
        (_, TaskCommand.ReleaseForBudget release) => ReleaseForBudget(task, release),
        (_, TaskCommand.ChangePlan change) => ChangePlan(task, change),
        (_, TaskCommand.RecordMetrics metrics) => RecordMetrics(task, metrics),
        (_, TaskCommand.Offer offer) => Offer(task, offer),
        (_, TaskCommand.EndRun end) => EndRun(task, end),
        (_, TaskCommand.Redeliver redeliver) => Redeliver(task, redeliver),
        (_, TaskCommand.Tick tick) => Tick(task, tick),
        (_, TaskCommand.RequestApproval request) => RequestApproval(task, request),
        (_, TaskCommand.Approve approve) => Approve(task, approve),
        (_, TaskCommand.Reject reject) => Reject(task, reject),
        (_, TaskCommand.FinishLogin login) => FinishLogin(task, login),
        (_, TaskCommand.AddChild add) => AddChild(task, add),
        (_, TaskCommand.FinishChild finish) => FinishChild(task, finish),
        (_, TaskCommand.Delete delete) => Delete(task, delete),
        _ => throw new InvalidOperationException($"No rule for the command {command.GetType().Name}."),
    };

    /// <summary>The command is in order and there is nothing to do.</summary>
    static TaskDecision.Change Unchanged(TaskRecord task) => new(task, []);

    static TaskDecision.Refusal Conflict(string code, string detail) => new(RefusalReason.Conflict, code, detail);

    /// <summary>The writer showed a lease that is not the task's: late, or another one's.</summary>
    static TaskDecision.Refusal LeaseLost(TaskRecord task, string lease) => new(
        RefusalReason.LeaseLost,
        ErrorCodes.LeaseLost,
        $"The lease '{lease}' no longer holds task '{task.Id}' (status {task.Status.ToWire()}, "
        + (task.Run is { HoldsLease: true } ? "held by another run" : "held by nobody")
        + "): cancel this run and write nothing more.");

    static bool Holds(TaskRecord task, string lease) => task.Run is { HoldsLease: true } run && run.Lease == lease;
}
