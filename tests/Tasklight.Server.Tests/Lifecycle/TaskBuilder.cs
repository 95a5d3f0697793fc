using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Lifecycle;

/// <summary>Builds records the way the server does: by commands. States only what a test cares about.</summary>
static class TaskBuilder
{
    public const string Org = "org-1";
    public const string Id = "task-1";
    public const string TheAgent = "agent-1";
    public const string Session = "session-1";

    public static readonly DateTimeOffset Start = new(2026, 5, 13, 10, 0, 0, TimeSpan.Zero);

    /// <summary>A time some seconds after the start of every test.</summary>
    public static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    public static NewTurn Turn(Action<AgentTaskFields>? with = null)
    {
        var fields = new AgentTaskFields
        {
            Id = Id,
            AgentId = TheAgent,
            OrganizationId = Org,
            Source = "sdk",
            EventsStreaming = true,
            Input = new AgentExecutionInput { Text = "Summarise the report" },
        };
        with?.Invoke(fields);
        return new NewTurn(fields) { MayContinue = true };
    }

    public static TaskRecord Pending(Action<AgentTaskFields>? with = null) => New(Turn(with));

    public static TaskRecord New(NewTurn turn) => Changed(null, new TaskCommand.Create(Org, Id, Start, turn)).Task;

    public static TaskRecord Offered(string session = Session) => Pending().After(Offer(1, session));

    public static TaskRecord Executing(string session = Session) => Offered(session).After(Save(2, Patch(AgentExecutionStatus.Executing)));

    public static TaskRecord Paused() => Executing().After(Save(3, Patch(AgentExecutionStatus.Paused))).After(EndRun(4));

    public static TaskRecord Ended(AgentExecutionStatus status) => status == AgentExecutionStatus.Stopped
        ? Pending().After(Stop(3))
        : Executing().After(Save(3, Patch(status, "done"))).After(EndRun(4));

    public static TaskRecord In(AgentExecutionStatus status) => status switch
    {
        AgentExecutionStatus.Pending => Pending(),
        AgentExecutionStatus.Executing => Executing(),
        AgentExecutionStatus.Paused => Paused(),
        _ => Ended(status),
    };

    public static TaskPatch Patch(AgentExecutionStatus status, string? result = null) =>
        result is null ? new TaskPatch { Status = status } : new TaskPatch { Status = status, Result = result };

    /// <summary>A whole-object save as the Python SDK sends it: what the client last saw, with a new status and result.</summary>
    public static TaskPatch Whole(TaskRecord seen, AgentExecutionStatus status, string? result = null)
    {
        var fields = seen.Fields.Clone();
        fields.Status = status;
        fields.Result = result;
        return TaskPatch.Parse(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(fields, ProtocolJson.Default.AgentTaskFields));
    }

    public static TaskCommand Save(double at, TaskPatch patch, string? lease = null) => new TaskCommand.Save(Org, Id, At(at), patch, lease);

    public static TaskCommand Stop(double at) => new TaskCommand.Stop(Org, Id, At(at), "tester");

    public static TaskCommand Offer(double at, string session = Session) => new TaskCommand.Offer(Org, Id, At(at), session);

    /// <summary>Ends whatever run the task has.</summary>
    public static Func<TaskRecord, TaskCommand> EndRun(double at) => task => new TaskCommand.EndRun(Org, Id, At(at), task.Run?.Lease ?? "none");

    public static TaskRecord After(this TaskRecord? task, TaskCommand command) => Changed(task, command).Task;

    public static TaskRecord After(this TaskRecord task, Func<TaskRecord, TaskCommand> command) => task.After(command(task));

    public static TaskDecision.Change Changed(this TaskRecord? task, TaskCommand command) =>
        TaskMachine.Decide(task, command) switch
        {
            TaskDecision.Change change => change,
            TaskDecision.Refusal refusal => throw new InvalidOperationException($"{command.GetType().Name} was refused: {refusal.Detail}"),
            _ => throw new InvalidOperationException("Neither a change nor a refusal."),
        };

    public static TaskDecision.Refusal Refused(this TaskRecord? task, TaskCommand command) =>
        TaskMachine.Decide(task, command) as TaskDecision.Refusal ?? throw new InvalidOperationException($"{command.GetType().Name} was not refused.");
}
