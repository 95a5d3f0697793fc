using Tasklight.Protocol;
using Tasklight.Server.Dispatch;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Lifecycle;

/// <summary>Law 6: for every task, why it does not run, since when, and what would make it. Pure.</summary>
static class WaitReason
{
    /// <summary>The reason that stands first in the task's way, in a sentence and in the contract's word.</summary>
    /// <param name="sessions">The agent's worker sessions.</param>
    /// <param name="login">The way to the login that it, or <paramref name="below"/>, waits for, where it is one of this server's.</param>
    /// <param name="below">A paused sub-task of a task that is executing.</param>
    public static WhyAnswer Explain(TaskRecord task, QueueView queue, AgentLimits agent, IReadOnlyList<SessionView> sessions, DateTimeOffset now, StoredLoginAttempt? login = null, TaskRecord? below = null) => task.Status switch
    {
        AgentExecutionStatus.Pending => Pending(task, queue, agent, sessions, now),
        AgentExecutionStatus.Executing when below is not null => Above(Executing(task), below.Id, Paused(below, login, now)),
        AgentExecutionStatus.Executing => Executing(task),
        AgentExecutionStatus.Paused => Paused(task, login, now),
        AgentExecutionStatus.Stopped when Budgets.Holds(task) => Answer(WaitReasons.BudgetReached, task.Fields.FinishedAt, Budgets.Sentence(task), "A create with the same id begins the next turn, with a budget of its own."),
        _ => Answer(WaitReasons.Finished, task.Fields.FinishedAt, $"The task has ended: {task.Status.ToWire()}.", "A create with the same id begins the next turn."),
    };

    static WhyAnswer Executing(TaskRecord task) => task.Run switch
    {
        { } run => Answer(WaitReasons.Executing, run.Since, $"Worker '{run.Session}' runs it ({Attempt(task, run)}).", null),
        null => Answer(WaitReasons.Executing, task.Fields.StartedAt, "A client set it to executing; no worker of this server holds it.", null),
    };

    static WhyAnswer Above(WhyAnswer own, string below, WhyAnswer paused) =>
        own with { Detail = $"{own.Detail} Sub-task '{below}' is paused. {paused.Detail}", UnblockedBy = paused.UnblockedBy };

    static string Attempt(TaskRecord task, TaskRun run) => task.LostRuns == 0
        ? $"attempt {run.Attempt}"
        : $"attempt {run.Attempt}; {task.LostRuns} before it lost, max_attempts {task.MaxAttempts}";

    static WhyAnswer Paused(TaskRecord task, StoredLoginAttempt? attempt, DateTimeOffset now)
    {
        var fields = task.Fields;
        if (Budgets.Holds(task) && (fields.HitlRequest is null || (task.HeldBy is null && fields.HitlRequest.WaitNodeId == Budgets.WaitNode)))
        {
            return Answer(WaitReasons.BudgetReached, fields.PausedAt, Budgets.Sentence(task), $"POST /v1/tasks/{task.HeldBy ?? task.Id}/approve grants as much again, /reject stops it; both with a key of scope approve.");
        }

        if (fields.HitlRequest is { } request)
        {
            var what = request.Title ?? request.ToolName ?? request.OperationId ?? request.WaitNodeId;
            return Answer(
                WaitReasons.AwaitingApproval,
                fields.PausedAt,
                $"{Deciders(request)} to decide about '{what}'{(request.ExpiresAt is { } end ? $" by {WireTime.Format(end)}" : "")}.",
                $"POST /v1/tasks/{task.Id}/approve or /reject with a key of scope approve.");
        }

        if (fields.PendingEcaRequest is { } login)
        {
            return AwaitingLogin(fields, login, attempt, now);
        }

        return fields.DeepPlanning.QuestionRaised
            ? Answer(WaitReasons.AwaitingAnswer, fields.PausedAt, "The agent asked a question; it is in the result.", "A create with the same id that carries the answer.")
            : Answer(WaitReasons.Paused, fields.PausedAt, "A client or the handler paused it.", "A PATCH of the status to pending, or a create with the same id.");
    }

    static WhyAnswer AwaitingLogin(AgentTaskFields fields, PendingECARequest login, StoredLoginAttempt? attempt, DateTimeOffset now)
    {
        var user = fields.Input.User?.Id ?? fields.Input.User?.Email;
        var who = $"The end user{(user is null ? "" : $" '{user}'")} has to log in to '{login.ConnectorName}'{(attempt is null ? "" : $" ({attempt.Key.Server})")}";
        const string Another = "A PATCH of the status to pending, or a create with the same id: the agent then asks with a new page.";
        return attempt switch
        {
            { State: LoginAttemptState.Failed } => Answer(WaitReasons.AwaitingLogin, fields.PausedAt, $"{who}. {attempt.Problem}", Another),
            { State: LoginAttemptState.Open } when attempt.ExpiresAt <= now => Answer(WaitReasons.AwaitingLogin, fields.PausedAt, $"{who}. The page for it was good until {WireTime.Format(attempt.ExpiresAt)}.", Another),
            { State: LoginAttemptState.Open } => Answer(WaitReasons.AwaitingLogin, fields.PausedAt, $"{who}.", $"The login at {login.AuthUrl} by {WireTime.Format(attempt.ExpiresAt)}; the task then goes on by itself."),
            not null => Answer(WaitReasons.AwaitingLogin, fields.PausedAt, $"{who}; the login is being finished.", "Time."),
            null => Answer(WaitReasons.AwaitingLogin, fields.PausedAt, $"{who}.", $"The login at {login.AuthUrl}."),
        };
    }

    static string Deciders(HumanInTheLoopRequest request)
    {
        var who = request.Approvers is { Count: > 0 } names ? $"of {string.Join(", ", names)}" : "with the right to approve";
        if (request.Required is not > 1)
            return request.Approvers is { Count: > 0 } ? $"One {who} has" : $"A person {who} has";
        var done = request.Approvals is { Count: > 0 } given ? $", {string.Join(", ", given.Select(approval => approval.By))} did" : "";
        return $"{request.Required} people {who}{done}{(done.Length > 0 ? "," : "")} have";
    }

    static WhyAnswer Pending(TaskRecord task, QueueView queue, AgentLimits agent, IReadOnlyList<SessionView> sessions, DateTimeOffset now)
    {
        var since = WaitsSince(task);
        if (task.Fields.RunLocally)
        {
            return Answer(WaitReasons.RunLocally, since, "It was created with run_locally, so its creator runs it and no worker gets it.", "The creator's save of its status.");
        }

        if (task.Run is { } run)
        {
            return Held(task, run, since);
        }

        if (!task.IsDue && task.Fields.NotBefore is { } due)
        {
            return Answer(WaitReasons.NotBefore, since, $"It is not offered before {WireTime.Format(due)} ({InWords(due - now)} from now).", "Time.");
        }

        return agent.IsActive
            ? Queued(task, queue, agent, sessions, since)
            : Answer(WaitReasons.AgentInactive, since, $"Agent '{task.Fields.AgentId}' is not active.", "Activate the agent (PATCH /v1/agents/{id}), or stop the task.");
    }

    static WhyAnswer Held(TaskRecord task, TaskRun run, DateTimeOffset since) => run.HoldsLease
        ? Answer(WaitReasons.Dispatched, run.Since, $"It was sent to worker '{run.Session}', which has not yet said that it began.", "The worker's first save, or the end of its session.")
        : Answer(
            WaitReasons.PreviousRunNotEnded,
            since,
            $"An earlier run of this task (turn {run.Turn}, attempt {run.Attempt}) is still using a slot of worker '{run.Session}'.",
            $"The end of that run, or of the worker's session; at the latest {task.MaxRunSeconds} s after it began.");

    static WhyAnswer Queued(TaskRecord task, QueueView queue, AgentLimits agent, IReadOnlyList<SessionView> sessions, DateTimeOffset since)
    {
        if (task.Pin is { } pin && !sessions.Any(session => session.Stored.Id == pin && session.IsOpen))
        {
            return Answer(WaitReasons.PinnedWorkerAway, since, $"Only worker '{pin}' may take it, and that one is not connected.", $"Worker '{pin}' coming back.");
        }

        var waiting = sessions.SelectMany(session => session.Runs).Where(run => run.WaitsForSubTasks).ToList();
        var isSubTask = task.Fields.ParentExecution is not null;
        if (sessions.Any(session => !session.IsStandIn))
        {
            // They come first, even while they are away for a moment.
            sessions = [.. sessions.Where(session => !session.IsStandIn)];
        }

        if (!sessions.Any(session => session.IsOpen))
        {
            return Answer(WaitReasons.NoWorker, since, $"No worker of agent '{task.Fields.AgentId}' is connected.", "Start a worker for the agent.");
        }

        if (queue.RunningOfAgent - (isSubTask ? waiting.Count : 0) >= agent.Concurrency)
        {
            return Answer(WaitReasons.AgentLimit, since, $"{queue.RunningOfAgent} tasks of the agent run{Waiting(waiting.Count)}, its limit is {agent.Concurrency} (max_concurrency); {Ahead(queue)}.", "The end of one of them, or a higher limit.");
        }

        if (queue.RunningOfUser - (isSubTask ? waiting.Count(run => run.User == task.Fields.Input.User?.Id) : 0) >= agent.ConcurrencyPerUser)
        {
            return Answer(WaitReasons.UserLimit, since, $"{queue.RunningOfUser} tasks of the same user run, the limit is {agent.ConcurrencyPerUser} (max_concurrency_per_user).", "The end of one of them, or a higher limit.");
        }

        var free = sessions.Where(session => task.Pin is null || session.Stored.Id == task.Pin).Sum(session => session.Free + (isSubTask ? session.Beyond : 0));
        return free == 0
            ? Answer(WaitReasons.SlotsBusy, since, $"{Slots(task, sessions)}{Waiting(waiting.Count)}; {Ahead(queue)}.", "The end of a running task, or one more worker.")
            : Answer(WaitReasons.Dispatched, since, $"A slot is free, it is being given out; {Ahead(queue)}.", "The worker's first save.");
    }

    static string Waiting(int waiting) => waiting switch
    {
        0 => "",
        1 => ", one of them waits for sub-tasks",
        _ => $", {waiting} of them wait for sub-tasks",
    };

    static string Slots(TaskRecord task, IReadOnlyList<SessionView> sessions)
    {
        var open = sessions.Where(session => session.IsOpen && (task.Pin is null || session.Stored.Id == task.Pin)).ToList();
        return $"{open.Sum(session => session.InUse)} of {open.Sum(session => session.Stored.Slots)} slots of {open.Count} connected worker{(open.Count == 1 ? "" : "s")} are in use{(open.Exists(session => session.IsBusy) ? " or the worker says that it is busy" : "")}";
    }

    static string Ahead(QueueView queue) => queue.Ahead == 0 ? "it is next" : $"{queue.Ahead} queued tasks are before it";

    // A task that came back waits since it came back.
    static DateTimeOffset WaitsSince(TaskRecord task) => task.Attempt == 0 ? task.TurnCreatedAt : task.Fields.UpdatedAt ?? task.TurnCreatedAt;

    static string InWords(TimeSpan span) => span.TotalSeconds < 120 ? $"{Math.Max(0, span.TotalSeconds):0} s" : span.TotalHours < 2 ? $"{span.TotalMinutes:0} min" : $"{span.TotalHours:0} h";

    static WhyAnswer Answer(string reason, DateTimeOffset? since, string detail, string? unblockedBy) => new() { Reason = reason, Since = since, Detail = detail, UnblockedBy = unblockedBy };
}
