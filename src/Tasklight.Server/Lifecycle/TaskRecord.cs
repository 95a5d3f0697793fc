using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>
/// A task as the store keeps it: the fields a client sees and what the server needs beside them. Immutable: a change makes a new
/// record by <c>with</c> and a clone of the fields, so a record may be shared by every thread and every cache.
/// </summary>
sealed record TaskRecord
{
    /// <summary>The wire fields, secrets masked. Never written to once the record has left <see cref="TaskMachine"/>.</summary>
    public required AgentTaskFields Fields { get; init; }

    /// <summary>The fields as they were in the current turn's <c>task_created</c>; the row stores only what differs from them.</summary>
    public required AgentTaskFields Created { get; init; }

    /// <summary>The number of the last event, 0 before the first. Events of a task are numbered from 1 without gaps, across turns.</summary>
    public long Sequence { get; init; }

    /// <summary>Turns so far, 1-based: a create with the id of an ended task begins the next one.</summary>
    public int Turn { get; init; } = 1;

    /// <summary>The sequence of the current turn's <c>task_created</c>.</summary>
    public long TurnStart { get; init; }

    /// <summary>The sequence of the <c>task_finished</c> that ended this turn; 0 while the status is not terminal. A stream ends behind it.</summary>
    public long FinishedSequence { get; init; }

    /// <summary>The time of the last event; no later event carries an earlier one.</summary>
    public DateTimeOffset LastEventAt { get; init; }

    /// <summary>When the current turn was created. Queues are ordered by it within a priority.</summary>
    public DateTimeOffset TurnCreatedAt { get; init; }

    /// <summary>The worker session the creator asked for; null when any may take it. Outlives a redelivery.</summary>
    public string? Pin { get; init; }

    /// <summary>Not taken by then, the turn ends in <c>failed</c> (extensions §1, start_within).</summary>
    public DateTimeOffset? StartBy { get; init; }

    /// <summary>So many runs lost one after the other end the turn in <c>error</c>.</summary>
    public int MaxAttempts { get; init; } = TaskDefaults.MaxAttempts;

    /// <summary>Seconds one run may take before the turn ends in <c>error</c>.</summary>
    public int MaxRunSeconds { get; init; } = TaskDefaults.MaxRunSeconds;

    /// <summary>Deliveries of the current turn. The wire's <c>attempt</c> follows it when a run starts.</summary>
    public int Attempt { get; init; }

    /// <summary>
    /// Deliveries of the current turn, one after the other, whose run was lost: its session expired, or it ended without saving its end. A run
    /// that pauses or puts the task back has ended well, so waiting for people uses up no attempts.
    /// </summary>
    public int LostRuns { get; init; }

    /// <summary>The run that has not given its slot back: the current one, or an earlier turn's that was stopped. At most one a task.</summary>
    public TaskRun? Run { get; init; }

    /// <summary>True when <c>not_before</c> has passed (or was not given): the task may be offered as soon as the rest allows it.</summary>
    public bool IsDue { get; init; } = true;

    /// <summary>The lease whose save ended or paused the last run; the same save shown again gets the same answer.</summary>
    public string? EndedBy { get; init; }

    /// <summary>The open approval was made by the server: only approve, reject or stop closes it.</summary>
    public bool HasOpenApproval { get; init; }

    /// <summary>Made by <c>report_task</c>: never dispatched, and only <c>report_task</c> may report it again.</summary>
    public bool IsReport { get; init; }

    /// <summary>The number of the last step of the session; 0 before the first. Goes on over turns.</summary>
    public int SessionLast { get; init; }

    /// <summary>The number of the last step of kind summary, where a reader begins; 0 when there is none.</summary>
    public int SessionSummary { get; init; }

    /// <summary>How often a person granted the budget of this turn again.</summary>
    public int BudgetGrants { get; init; }

    /// <summary>The task above, by whose reached budget this one is paused; null otherwise.</summary>
    public string? HeldBy { get; init; }

    /// <summary>Sub-tasks that have ended, with something below them that has not: a task that they left behind, say, or its next turn.</summary>
    public IReadOnlyList<string> OpenBelow { get; init; } = [];

    /// <summary>How long this turn was executing before <see cref="WorkingSince"/>, in all its runs.</summary>
    public TimeSpan Worked { get; init; }

    /// <summary>Since when it is executing; null while it is not.</summary>
    public DateTimeOffset? WorkingSince { get; init; }

    /// <summary>A hash of the create request of the current turn; an equal create while it is open is the same one.</summary>
    public string? CreateHash { get; init; }

    /// <summary>The secret fields (user_tokens, user_oidc_token, keys of mcp_servers), encrypted; null when there are none.</summary>
    public byte[]? Secrets { get; init; }

    public string Organization => Fields.OrganizationId;
    public string Id => Fields.Id;
    public AgentExecutionStatus Status => Fields.Status;
    public bool IsTerminal => Fields.Status.IsTerminal();

    /// <summary>The sub-tasks that have not ended, and those below which something has not: the ways to all that goes on below the task.</summary>
    public IEnumerable<string> OpenChildren => Fields.SubExecutions.Except(Fields.FinishedSubExecutions).Union(OpenBelow);

    /// <summary>True while the task, or something below it, has not ended.</summary>
    public bool IsOpen => !IsTerminal || OpenBelow.Count > 0 || Fields.SubExecutions.Count > Fields.FinishedSubExecutions.Count;

    /// <summary>True when the task waits for a worker and nothing but a free slot, a limit or its pin is in the way.</summary>
    public bool IsQueued => Fields.Status == AgentExecutionStatus.Pending && IsDue && Run is null && !Fields.RunLocally && !IsReport;

    /// <summary>True while it runs and a sub-task of it has not ended: what waits for others must not keep them from running (docs/decisions/0008).</summary>
    public bool WaitsForSubTasks => Fields.Status == AgentExecutionStatus.Executing && Fields.SubExecutions.Count > Fields.FinishedSubExecutions.Count;

    /// <summary>What it waits for while it is paused; lists can be filtered by it.</summary>
    public TaskWait WaitsFor => Fields switch
    {
        { Status: not AgentExecutionStatus.Paused } => TaskWait.Nothing,
        { HitlRequest: not null } => TaskWait.Approval,
        _ when HeldBy is not null => TaskWait.Budget,
        { PendingEcaRequest: not null } => TaskWait.Login,
        { DeepPlanning.QuestionRaised: true } => TaskWait.Answer,
        _ => TaskWait.Nothing,
    };

    /// <summary>When the sweeper must look at the task again (<see cref="TaskCommand.Tick"/>); null when time alone changes nothing.</summary>
    public DateTimeOffset? DueAt => Fields.Status switch
    {
        AgentExecutionStatus.Pending when Run is { HoldsLease: true } run => run.Since + TaskDefaults.OfferConfirmation,
        AgentExecutionStatus.Pending => Earlier(IsDue ? null : Fields.NotBefore, StartBy),
        AgentExecutionStatus.Paused when HasOpenApproval => Fields.HitlRequest?.ExpiresAt,
        AgentExecutionStatus.Executing => Earlier(RunsUntil, Budgets.Until(this)),
        _ => null,
    };

    /// <summary>When <c>max_run_seconds</c> is over for an executing task.</summary>
    public DateTimeOffset? RunsUntil => (Run?.Since ?? Fields.StartedAt)?.AddSeconds(MaxRunSeconds);

    static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a < b ? a : b;
}
