using System.Collections.Immutable;
using Tasklight.Protocol;
using Tasklight.Server.Events;

namespace Tasklight.Server.Lifecycle;

/// <summary>
/// One change in the making: a copy of the fields to write to, and at the end the events that describe what changed. What every change
/// has in common is here: the lifecycle event, its place behind the others, the times, and what the parent hears.
/// </summary>
sealed class TaskEdit
{
    readonly TaskRecord _before;
    readonly DateTimeOffset _now;
    readonly ImmutableArray<EventDraft>.Builder _events = ImmutableArray.CreateBuilder<EventDraft>();
    readonly ImmutableArray<SessionDraft>.Builder _steps = ImmutableArray.CreateBuilder<SessionDraft>();
    readonly ImmutableArray<TaskCommand>.Builder _followUps = ImmutableArray.CreateBuilder<TaskCommand>();

    public TaskEdit(TaskRecord before, DateTimeOffset now)
    {
        (_before, _now) = (before, now);
        Fields = before.Fields.Clone();
        Record = before;
    }

    /// <summary>The time of the command.</summary>
    public DateTimeOffset Now => _now;

    /// <summary>The fields after the change.</summary>
    public AgentTaskFields Fields { get; }

    /// <summary>What the server keeps beside the fields, after the change. Its own fields are ignored.</summary>
    public TaskRecord Record { get; set; }

    /// <summary>The record after the change, its log not counted yet.</summary>
    public TaskRecord After => Record with { Fields = Fields };

    /// <summary>The task above, where it brought the change about and knows how it ends.</summary>
    public string? NotTold { get; init; }

    /// <summary>Names of fields that could not be applied.</summary>
    public List<string>? Ignored { get; set; }

    /// <summary>Log task_finished though the status was terminal before (a report that came again).</summary>
    public bool FinishesAgain { get; set; }

    /// <summary>An event beside the lifecycle.</summary>
    public void Emit(string type, ReadOnlyMemory<byte> data, EventKind kind = EventKind.Server, DateTimeOffset? time = null) =>
        _events.Add(new EventDraft(type, time ?? _now, data, kind));

    /// <summary>Names a field that could not be applied.</summary>
    public void Ignore(string field) => (Ignored ??= []).Add(field);

    /// <summary>The next step of the session.</summary>
    public void AddStep(string kind, ReadOnlyMemory<byte> data)
    {
        var number = Record.SessionLast + 1;
        _steps.Add(new SessionDraft(number, kind, data));
        Record = Record with { SessionLast = number, SessionSummary = kind == SessionStepKinds.Summary ? number : Record.SessionSummary };
    }

    /// <summary>A command for another task in the same commit.</summary>
    public void Follow(TaskCommand command) => _followUps.Add(command);

    /// <summary>Sets the status and the times that go with it. A terminal status has a finish time, and no other status has one.</summary>
    public void Enter(AgentExecutionStatus status)
    {
        var previous = Fields.Status;
        Fields.Status = status;
        if (status == AgentExecutionStatus.Executing)
        {
            Fields.StartedAt ??= _now;
            Record = Record with { IsDue = true };
        }

        if (status == AgentExecutionStatus.Paused && previous != AgentExecutionStatus.Paused)
            Fields.PausedAt = _now;
        if (!status.IsTerminal())
        {
            Fields.FinishedAt = null;
            return;
        }

        Fields.FinishedAt = previous.IsTerminal() && Fields.FinishedAt is not null ? Fields.FinishedAt : _now;
    }

    /// <summary>Keeps the task out of the queue until then.</summary>
    public void DeferTo(DateTimeOffset time)
    {
        Fields.NotBefore = time;
        Record = Record with { IsDue = false };
    }

    /// <summary>Ends the current run's right to write, in order: its slot is free at once (null), or when the worker tells so.</summary>
    public void CloseRun(TaskRunState? state)
    {
        if (Record.Run is not { HoldsLease: true } run)
            return;
        Record = Record with { Run = state is null ? null : run with { State = state.Value, Since = _now }, EndedBy = run.Lease, LostRuns = 0 };
    }

    /// <summary>Numbers the events and hands the change over.</summary>
    public TaskDecision.Change Done()
    {
        KeepHold();
        KeepWorkingTime();
        var changed = TaskFieldDiff.Differs(_before.Fields, Fields);
        var finishes = FinishesAgain || (!_before.IsTerminal && Fields.Status.IsTerminal());
        var finishedSequence = Fields.Status.IsTerminal() ? _before.FinishedSequence : 0;
        if (changed || finishes)
        {
            Fields.UpdatedAt = _now;
            EmitPlan();
            Emit(finishes ? TaskEventTypes.TaskFinished : TaskEventTypes.TaskUpdated, TaskFieldDiff.Changed(_before.Fields, Fields), EventKind.Lifecycle);
            if (finishes)
                finishedSequence = _before.Sequence + _events.Count;
        }

        TellParent();
        return Complete(changed || finishes ? Fields : _before.Fields, finishedSequence);
    }

    /// <summary>As <see cref="Done"/> for the first change of a turn: everything is in the task_created.</summary>
    public TaskDecision.Change Begun()
    {
        Fields.UpdatedAt = _now;
        Record = Record with { Created = Fields, TurnStart = _before.Sequence + 1, TurnCreatedAt = _now };
        _events.Insert(0, new EventDraft(TaskEventTypes.TaskCreated, _now, TaskFieldDiff.NotDefault(Fields), EventKind.Lifecycle));
        return Complete(Fields, finishedSequence: 0);
    }

    TaskDecision.Change Complete(AgentTaskFields fields, long finishedSequence)
    {
        var last = _before.LastEventAt;
        for (var i = 0; i < _events.Count; i++)
        {
            if (_events[i].Time < last)
                _events[i] = _events[i] with { Time = last };
            last = _events[i].Time;
        }

        var after = _events.Count == 0 && ReferenceEquals(Record, _before) && ReferenceEquals(fields, _before.Fields)
            ? _before
            : Record with { Fields = fields, Sequence = _before.Sequence + _events.Count, FinishedSequence = finishedSequence, LastEventAt = last };
        return new TaskDecision.Change(after, _events.DrainToImmutable())
        {
            Steps = _steps.DrainToImmutable(),
            FollowUps = _followUps.DrainToImmutable(),
            Ignored = Ignored is null ? [] : [.. Ignored],
        };
    }

    // Whoever changed the status: nothing holds a task that is not paused.
    void KeepHold()
    {
        if (Record.HeldBy is not null && Fields.Status != AgentExecutionStatus.Paused)
            Record = Record with { HeldBy = null };
    }

    // The clock runs while the task is executing, over all runs of the turn. A writer who measured by himself is believed.
    void KeepWorkingTime()
    {
        if ((Fields.Status == AgentExecutionStatus.Executing) == (Record.WorkingSince is not null))
            return;
        if (Record.WorkingSince is not { } since)
        {
            Record = Record with { WorkingSince = _now };
            return;
        }

        Record = Record with { Worked = Record.Worked + (_now - since), WorkingSince = null };
        if (Fields.Duration <= 0 || Fields.Duration.Equals(_before.Fields.Duration))
            Fields.Duration = Math.Max(Fields.Duration, Record.Worked.TotalSeconds);
    }

    void EmitPlan()
    {
        if (!_before.Fields.DeepPlanning.Equals(Fields.DeepPlanning))
            Emit(TaskEventTypes.PlanUpdated, AsciiJson.Bytes(Fields.DeepPlanning, ProtocolJson.Default.DeepPlanning));
    }

    void TellParent()
    {
        if (Fields.ParentExecution is not { } parent || parent == NotTold)
            return;
        var after = After;
        // A task that gets a parent was added to it as one that has not ended.
        var isNew = _before.Fields.ParentExecution is null;
        var known = isNew ? (IsTerminal: false, IsOpen: true) : (_before.IsTerminal, _before.IsOpen);
        if (known == (after.IsTerminal, after.IsOpen))
            return;
        // Before what goes to the sub-tasks: their answers change again what is told here.
        var place = isNew ? _followUps.TakeWhile(static command => command is not TaskCommand.AddChild).Count() + 1 : 0;
        _followUps.Insert(place, new TaskCommand.FinishChild(Fields.OrganizationId, parent, _now, Fields.Id, after.IsTerminal, OpenBelow: after is { IsTerminal: true, IsOpen: true }));
    }
}
