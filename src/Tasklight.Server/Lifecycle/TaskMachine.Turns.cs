using Tasklight.Protocol;
using Tasklight.Server.Events;

namespace Tasklight.Server.Lifecycle;

/// <summary>How turns begin: create, retry, report (contract: sdk-http §6.3, §6.6; design §3).</summary>
static partial class TaskMachine
{
    static TaskDecision BeginFirstTurn(TaskCommand.Create create)
    {
        if (CirclesBack(create))
            return Circle(create);
        var fields = create.Turn.Fields.Clone();
        fields.CreatedAt = create.Now;
        var edit = new TaskEdit(Blank(fields, create.Turn, create.Now), create.Now);
        if (fields.ParentExecution is { } parent)
            edit.Follow(new TaskCommand.AddChild(create.Organization, parent, create.Now, create.TaskId, Trigger(fields)));
        return edit.Begun();
    }

    static TaskDecision BeginNextTurn(TaskRecord task, TaskCommand.Create create)
    {
        var turn = create.Turn;
        if (task.Fields.AgentId != turn.Fields.AgentId)
            return Conflict(ErrorCodes.IdTaken, $"Task '{task.Id}' belongs to agent '{task.Fields.AgentId}'; a thread stays with its agent. Choose another id.");
        if (!turn.MayContinue)
            return Conflict(ErrorCodes.IdTaken, $"Task '{task.Id}' exists already.");
        if (task.Fields.ParentExecution is null && CirclesBack(create))
            return Circle(create);
        if (BlocksNextTurn(task) is { } blocker)
            return turn.CreateHash is not null && turn.CreateHash == task.CreateHash ? Unchanged(task) : Conflict(ErrorCodes.TurnOpen, blocker);
        return NextTurn(task, turn, create.Now);
    }

    static TaskDecision RetryTurn(TaskRecord task, TaskCommand.Retry retry)
    {
        if (task.IsReport)
            return Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' reports work done elsewhere; there is nothing to run again.");
        if (BlocksNextTurn(task) is { } blocker)
            return Conflict(ErrorCodes.TurnOpen, blocker);

        // The secrets that are kept are those of the servers as they are by now.
        var fields = task.Created.Clone();
        fields.McpServers = task.Fields.McpServers;
        var turn = new NewTurn(fields)
        {
            Pin = task.Pin,
            MaxAttempts = task.MaxAttempts,
            MaxRunSeconds = task.MaxRunSeconds,
            Secrets = task.Secrets,
            MayContinue = true,
        };
        return NextTurn(task, turn, retry.Now);
    }

    static TaskDecision.Change NextTurn(TaskRecord task, NewTurn turn, DateTimeOffset now)
    {
        var fields = turn.Fields.Clone();
        fields.CreatedAt = task.Fields.CreatedAt;
        fields.SubExecutions = task.Fields.SubExecutions;
        fields.FinishedSubExecutions = task.Fields.FinishedSubExecutions;
        fields.Title ??= task.Fields.Title;
        var isNewChild = task.Fields.ParentExecution is null && fields.ParentExecution is not null;
        fields.ParentExecution = isNewChild ? fields.ParentExecution : task.Fields.ParentExecution;

        var blank = Blank(fields, turn, now) with
        {
            Sequence = task.Sequence,
            LastEventAt = task.LastEventAt,
            Turn = task.Turn + 1,
            Run = task.Run,
            SessionLast = task.SessionLast,
            SessionSummary = task.SessionSummary,
            OpenBelow = task.OpenBelow,
        };
        var edit = new TaskEdit(blank, now);
        if (isNewChild)
            edit.Follow(new TaskCommand.AddChild(task.Organization, fields.ParentExecution!, now, task.Id, Trigger(fields)));
        else if (fields.ParentExecution is { } parent)
            edit.Follow(new TaskCommand.FinishChild(task.Organization, parent, now, task.Id, Finished: false, OpenBelow: false));
        return edit.Begun();
    }

    /// <summary>True when the new parent is the task itself, or below it.</summary>
    static bool CirclesBack(TaskCommand command) => command.NewParent == command.TaskId || command.Above.Contains(command.TaskId);

    static TaskDecision.Refusal Circle(TaskCommand command) => new(
        RefusalReason.Invalid,
        ErrorCodes.ValidationFailed,
        $"Task '{command.NewParent}' is {(command.NewParent == command.TaskId ? "the task itself" : $"below task '{command.TaskId}'")}, so it cannot be its parent.");

    /// <summary>A pending record with nothing of an earlier turn in it.</summary>
    static TaskRecord Blank(AgentTaskFields fields, NewTurn turn, DateTimeOffset now)
    {
        fields.Status = AgentExecutionStatus.Pending;
        fields.StartedAt = fields.PausedAt = fields.FinishedAt = null;
        fields.Result = fields.InternalStatus = fields.LastExecutedNodeId = null;
        fields.IsManuallyStopped = false;
        fields.HitlRequest = null;
        fields.PendingEcaRequest = null;
        fields.Tokens = null;
        fields.Usage = null;
        fields.UsedTools = [];
        fields.UsedMutatingTools = false;
        fields.Duration = 0;
        fields.ExecutionAttempts = 1;
        fields.Attempt = 0;
        fields.StopDetails = null;
        fields.WorkerId = turn.Pin;
        fields.DeepPlanning = DeepPlanning.None with { Enabled = fields.DeepPlanning.Enabled, Enforce = fields.DeepPlanning.Enforce };
        return new TaskRecord
        {
            Fields = fields,
            Created = fields,
            Pin = turn.Pin,
            StartBy = turn.StartBy,
            MaxAttempts = turn.MaxAttempts,
            MaxRunSeconds = turn.MaxRunSeconds,
            Secrets = turn.Secrets,
            CreateHash = turn.CreateHash,
            IsDue = fields.NotBefore is null || fields.NotBefore <= now,
        };
    }

    /// <summary>Why a task cannot begin a new turn, as a sentence; null when it can.</summary>
    static string? BlocksNextTurn(TaskRecord task)
    {
        const string Way = "wait for its end, or stop it first.";
        return task.Status switch
        {
            AgentExecutionStatus.Pending => $"Task '{task.Id}' has a turn that is pending: {Way}",
            AgentExecutionStatus.Executing => $"Task '{task.Id}' has a turn that is executing: {Way}",
            AgentExecutionStatus.Paused when task.HeldBy is { } above => $"Task '{task.Id}' is held by the reached budget of task '{above}': decide about that one, or stop the task first.",
            AgentExecutionStatus.Paused when task.Fields.HitlRequest is not null => $"Task '{task.Id}' is paused and waits for an approval: approve or reject it, or stop the task first.",
            _ => null,
        };
    }

    static TaskDecision BeginReport(TaskCommand.Report report)
    {
        var fields = new AgentTaskFields
        {
            Id = report.TaskId,
            OrganizationId = report.Organization,
            AgentId = report.AgentId,
            Input = new AgentExecutionInput { Text = report.Request.Input ?? "" },
            Source = "sdk",
            CreatedAt = report.Now,
        };
        var blank = Blank(fields, new NewTurn(fields), report.Now) with { IsReport = true };
        var begun = new TaskEdit(blank, report.Now).Begun();
        var ended = Reported(begun.Task, report);
        return ended with { Events = begun.Events.AddRange(ended.Events) };
    }

    static TaskDecision ReportAgain(TaskRecord task, TaskCommand.Report report)
    {
        if (!task.IsReport)
            return Conflict(ErrorCodes.IdTaken, $"Task '{task.Id}' was not made by report_task, so a report cannot change it. Choose another id.");
        if (task.Fields.AgentId != report.AgentId)
            return Conflict(ErrorCodes.IdTaken, $"Task '{task.Id}' was reported for agent '{task.Fields.AgentId}'. Choose another id.");
        return Reported(task, report);
    }

    static TaskDecision.Change Reported(TaskRecord task, TaskCommand.Report report)
    {
        var request = report.Request;
        var edit = new TaskEdit(task, report.Now) { FinishesAgain = true };
        var fields = edit.Fields;
        if (request.Input is not null)
            fields.Input = fields.Input with { Text = request.Input };
        fields.Result = request.Result;
        fields.Tokens = request.Tokens;
        fields.UsedTools = request.UsedTools;
        fields.Duration = request.Duration;
        edit.Enter(request.IsSuccess ? AgentExecutionStatus.Completed : AgentExecutionStatus.Failed);
        fields.FinishedAt = report.Now;
        if (request.LlmResponse is { } response)
            edit.Emit(HiddenEvents.LlmResponse, AsciiJson.Bytes(response, ProtocolJson.Default.JsonElement), EventKind.Hidden);
        return edit.Done();
    }

    /// <summary>The data of the parent's sub_agent_trigger (contract: events §4).</summary>
    static byte[] Trigger(AgentTaskFields child) => AsciiJson.Bytes(
        new SubAgentTrigger
        {
            AgentId = child.AgentId,
            Query = child.Input.Text,
            Files = child.Input.Files,
            Reasoning = new ToolCallReasoning { Title = child.Title },
            TaskId = child.Id,
        },
        ProtocolJson.Default.SubAgentTrigger);
}
