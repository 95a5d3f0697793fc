using System.Collections.Immutable;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Lifecycle;

/// <summary>
/// Something that wants one task changed. The only way to change a task: endpoints, workers, sweeper and claimer all send one to
/// <see cref="TaskService"/>. It carries everything the decision needs, the time included.
/// </summary>
/// <param name="Organization">The tenant; a command never reaches a task of another one.</param>
/// <param name="TaskId">The task it is for.</param>
/// <param name="Now">When it was received, UTC, whole microseconds.</param>
abstract record TaskCommand(string Organization, string TaskId, DateTimeOffset Now)
{
    /// <summary>The caller's idempotency key with its scope and body hash; null when none was sent (extensions §2).</summary>
    public IdempotencyKey? Idempotency { get; init; }

    /// <summary>The parent that it would give the task; null when none.</summary>
    public virtual string? NewParent => null;

    /// <summary><see cref="NewParent"/> and all above it, where the task has no parent yet; the store puts them in, under its lock.</summary>
    public ImmutableArray<string> Above { get; init; } = [];

    /// <summary>Begin a turn: of a new task, or the next one of a task that has ended.</summary>
    public sealed record Create(string Organization, string TaskId, DateTimeOffset Now, NewTurn Turn) : TaskCommand(Organization, TaskId, Now)
    {
        public override string? NewParent => Turn.Fields.ParentExecution;
    }

    /// <summary>Begin a new turn with the input and options of the last one (POST /v1/tasks/{id}/retry).</summary>
    public sealed record Retry(string Organization, string TaskId, DateTimeOffset Now) : TaskCommand(Organization, TaskId, Now);

    /// <summary>A PATCH. <paramref name="Lease"/> is the lease the writer shows, null from a writer that cannot.</summary>
    public sealed record Save(string Organization, string TaskId, DateTimeOffset Now, TaskPatch Patch, string? Lease) : TaskCommand(Organization, TaskId, Now)
    {
        /// <summary>The patch's secrets, which the patch itself no longer holds; null leaves those of the task.</summary>
        public SecretChange? Secrets { get; init; }

        public override string? NewParent => Patch.ParentExecution is { IsSet: true, Value: { Length: > 0 } parent } ? parent : null;
    }

    /// <summary>Stop the task and, by follow-ups, all that goes on below it, also below what has ended.</summary>
    public sealed record Stop(string Organization, string TaskId, DateTimeOffset Now, string By) : TaskCommand(Organization, TaskId, Now)
    {
        /// <summary>As a follow-up: the task above, which counts it as ended already.</summary>
        public string? NotTold { get; init; }
    }

    /// <summary>Append a worker's events. Changes nothing but the log, and what its budget counts.</summary>
    public sealed record Push(string Organization, string TaskId, DateTimeOffset Now, ImmutableArray<EventDraft> Events, string? Lease) : TaskCommand(Organization, TaskId, Now)
    {
        /// <summary>Tool calls that the events tell of and no session does.</summary>
        public int ToolCalls { get; init; }
    }

    /// <summary>Append steps to the task's session and count what they used.</summary>
    public sealed record SaveSession(string Organization, string TaskId, DateTimeOffset Now, ImmutableArray<SessionDraft> Steps, UsageTotals Usage, string? Lease) : TaskCommand(Organization, TaskId, Now)
    {
        /// <summary>What is stored already under the numbers of <see cref="Steps"/>; the store puts it in, under the row's lock.</summary>
        public ImmutableArray<SessionDraft> Stored { get; init; } = [];
    }

    /// <summary>Follow-up: a task below used something.</summary>
    public sealed record AddUsage(string Organization, string TaskId, DateTimeOffset Now, UsageTotals Usage) : TaskCommand(Organization, TaskId, Now);

    /// <summary>Follow-up: the budget of <paramref name="By"/>, a task above, is reached; wait for its grant.</summary>
    public sealed record HoldForBudget(string Organization, string TaskId, DateTimeOffset Now, string By) : TaskCommand(Organization, TaskId, Now);

    /// <summary>Follow-up: that budget was granted more.</summary>
    public sealed record ReleaseForBudget(string Organization, string TaskId, DateTimeOffset Now, string By) : TaskCommand(Organization, TaskId, Now);

    /// <summary>Change the plan by one step of a plan tool.</summary>
    public sealed record ChangePlan(string Organization, string TaskId, DateTimeOffset Now, PlanChange Change, string? Lease) : TaskCommand(Organization, TaskId, Now);

    /// <summary>Give the task to a worker session that has a free slot.</summary>
    public sealed record Offer(string Organization, string TaskId, DateTimeOffset Now, string Session) : TaskCommand(Organization, TaskId, Now);

    /// <summary>A run's slot is free again. <paramref name="Lease"/> names the run.</summary>
    public sealed record EndRun(string Organization, string TaskId, DateTimeOffset Now, string Lease) : TaskCommand(Organization, TaskId, Now);

    /// <summary>A run is over without an end of its own (session expired, worker left): free its slot and queue the task again.</summary>
    public sealed record Redeliver(string Organization, string TaskId, DateTimeOffset Now, string Lease, string Reason) : TaskCommand(Organization, TaskId, Now)
    {
        /// <summary>True when the worker handed the task back before working on it: the delivery does not count as an attempt.</summary>
        public bool Uncounted { get; init; }
    }

    /// <summary>The worker has cancelled the handler of a stopped run.</summary>
    public sealed record ConfirmStop(string Organization, string TaskId, DateTimeOffset Now, string Lease) : TaskCommand(Organization, TaskId, Now);

    /// <summary>The time in <see cref="TaskRecord.DueAt"/> has come.</summary>
    public sealed record Tick(string Organization, string TaskId, DateTimeOffset Now) : TaskCommand(Organization, TaskId, Now)
    {
        /// <summary>Since when the server is there: before, no save could reach it, so an offer that nobody confirmed has its time from then on.</summary>
        public DateTimeOffset HearsSince { get; init; }
    }

    /// <summary>Record a run that happened elsewhere (report_task).</summary>
    public sealed record Report(string Organization, string TaskId, DateTimeOffset Now, string AgentId, ReportTaskRequest Request) : TaskCommand(Organization, TaskId, Now);

    /// <summary>Tokens, tools and duration of a finished attempt.</summary>
    public sealed record RecordMetrics(string Organization, string TaskId, DateTimeOffset Now, ExecutionMetricsReport Metrics, string? Lease) : TaskCommand(Organization, TaskId, Now)
    {
        /// <summary>What tokens of a model cost. Pure.</summary>
        public Func<SessionUsage, UsageTotals> Priced { get; init; } = new PriceOptions().Totals;
    }

    /// <summary>Pause the task until a person decides.</summary>
    public sealed record RequestApproval(string Organization, string TaskId, DateTimeOffset Now, HumanInTheLoopRequest Request, string? Lease) : TaskCommand(Organization, TaskId, Now);

    /// <summary>Approve what the task waits for; it is queued again once enough have.</summary>
    public sealed record Approve(string Organization, string TaskId, DateTimeOffset Now, string By, string? ActionHash) : TaskCommand(Organization, TaskId, Now)
    {
        /// <summary>The step the decision is about; null = whichever waits.</summary>
        public string? WaitNodeId { get; init; }

        /// <summary>Whose key it is; null counts as a key of the name <see cref="By"/>.</summary>
        public Decider? Key { get; init; }

        /// <summary>Call the tool with these arguments instead.</summary>
        public JsonElement? Arguments { get; init; }

        /// <summary>Words for the record and the model.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>Reject what the task waits for: an action's rejection goes back to the run, anything else ends in <c>stopped</c>.</summary>
    public sealed record Reject(string Organization, string TaskId, DateTimeOffset Now, string By, string? ActionHash, string? Reason) : TaskCommand(Organization, TaskId, Now)
    {
        /// <inheritdoc cref="Approve.WaitNodeId"/>
        public string? WaitNodeId { get; init; }

        /// <inheritdoc cref="Approve.Key"/>
        public Decider? Key { get; init; }
    }

    /// <summary>The login at the page <paramref name="Page"/> is done: the task that waits for just that is queued again.</summary>
    public sealed record FinishLogin(string Organization, string TaskId, DateTimeOffset Now, string Page) : TaskCommand(Organization, TaskId, Now);

    /// <summary>Follow-up: a child was created under this task. <paramref name="Trigger"/> is the data of <c>sub_agent_trigger</c>.</summary>
    public sealed record AddChild(string Organization, string TaskId, DateTimeOffset Now, string ChildId, ReadOnlyMemory<byte> Trigger) : TaskCommand(Organization, TaskId, Now);

    /// <summary>
    /// Follow-up: a child reached a terminal status (or, <paramref name="Finished"/> false, began a new turn), or what is below an ended one did.
    /// <paramref name="OpenBelow"/>: it has ended, and something below it has not.
    /// </summary>
    public sealed record FinishChild(string Organization, string TaskId, DateTimeOffset Now, string ChildId, bool Finished, bool OpenBelow) : TaskCommand(Organization, TaskId, Now);

    /// <summary>Remove the task for good, its sub-tasks by follow-ups.</summary>
    public sealed record Delete(string Organization, string TaskId, DateTimeOffset Now) : TaskCommand(Organization, TaskId, Now)
    {
        /// <summary>As a follow-up: the task above, which is gone.</summary>
        public string? NotTold { get; init; }
    }
}
