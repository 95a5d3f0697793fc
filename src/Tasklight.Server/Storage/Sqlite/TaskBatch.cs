using System.Collections.Immutable;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// The tasks of one transaction. Commands are decided one after the other against the state that those before them left; a row is written
/// once, however many commands changed it, when the transaction ends or a query needs it. Used by the writer's thread alone.
/// </summary>
sealed class TaskBatch(SqliteConnection connection, HotTasks hot, Func<TaskRecord?, TaskCommand, TaskDecision> decide)
{
    /// <summary>How often what follows from one command may come back to tasks that it has reached before. A tree is as large as it is: its tasks are reached once.</summary>
    public const int MaxReturns = 10_000;

    // Parents are followed so far. Circles that earlier programs let through have no top.
    const int MostAbove = 1_000;

    readonly Dictionary<TaskKey, WorkingTask> _tasks = [];
    readonly List<WorkingTask> _dirty = [];
    readonly Stack<TaskCommand> _pending = [];
    long _lastN = LastN(connection);

    /// <summary>What changed so far, in order.</summary>
    public List<TaskChange> Changes { get; private set; } = [];

    public SqliteConnection Connection => connection;

    /// <summary>Carries out a command and everything that follows from it.</summary>
    /// <exception cref="RefusedException">What follows from it does not end; nothing of the transaction may be committed.</exception>
    public TaskDecision Apply(TaskCommand command)
    {
        command = command is TaskCommand.SaveSession session ? WithStored(session) : WithAbove(command);
        var decision = ApplyOne(command);
        if (decision is not TaskDecision.Change { FollowUps.IsEmpty: false } change)
            return decision;
        ApplyFollowUps(command, change);
        // What followed may have come back to the task itself: a budget above it stops it, say.
        return Load(command).Record is { } task ? change with { Task = task } : change;
    }

    /// <summary>The task as it is at this point of the transaction.</summary>
    public TaskRecord? Find(in TaskKey key) => Load(key).Record;

    /// <summary>Offers a task that is known by its row number; null when it cannot take the offer.</summary>
    public TaskRecord? Offer(string organization, long n, string session, DateTimeOffset now) =>
        FindId(n) is { } id ? Offer(organization, id, session, now) : null;

    /// <summary>Offers a task to a session; null when it cannot take the offer.</summary>
    public TaskRecord? Offer(string organization, string id, string session, DateTimeOffset now) =>
        Apply(new TaskCommand.Offer(organization, id, now, session)) is TaskDecision.Change { Task: { Run: { } run } task } && run.Session == session ? task : null;

    /// <summary>Brings the database up to the last command, so that a query sees it.</summary>
    public void Flush()
    {
        foreach (var task in _dirty)
            Write(task);
        _dirty.Clear();
    }

    /// <summary>After the commit: what it changed is shown to readers.</summary>
    public void Publish()
    {
        foreach (var task in _tasks.Values)
        {
            if (task.Record is null)
            {
                if (task.IsTouched)
                    hot.Remove(task.Key);
                continue;
            }

            var known = hot.Find(task.Key);
            if (known is not null && !task.IsTouched)
                continue;
            var tail = known is not null && known.Row.N == task.N ? known.Tail : default;
            hot.Put(task.Key, new HotTask(task.Stored!.Value, task.Events.Count > 0 ? tail.Append(task.Events) : tail));
        }

        Clear();
    }

    /// <summary>After a rollback: nothing of it happened.</summary>
    public void Discard()
    {
        foreach (var task in _tasks.Values)
            hot.Remove(task.Key);
        Clear();
    }

    /// <summary>Chunks of the task's log were removed, so what is cached of it is no longer the stored one.</summary>
    /// <param name="isWhole">True when none is left.</param>
    public void Trimmed(in TaskKey key, bool isWhole)
    {
        var task = Load(key);
        task.HasChunks = !isWhole;
        hot.Remove(key);
        MarkDirty(task);
    }

    TaskCommand.SaveSession WithStored(TaskCommand.SaveSession session)
    {
        var task = Load(session);
        var isRepeat = task.Record is { } record && !session.Steps.IsEmpty && session.Steps[0].Number <= record.SessionLast;
        if (!isRepeat)
            return session;
        if (task.IsDirty)
            Flush();
        return session with { Stored = StepRows.ReadDrafts(connection, task.N, session.Steps[0].Number - 1, session.Steps.Length) };
    }

    TaskCommand WithAbove(TaskCommand command)
    {
        // To a new id that the server made nothing can lead up.
        if (command.NewParent is null || command is TaskCommand.Create { Turn.MayContinue: false } || Load(command).Record?.Fields.ParentExecution is not null)
            return command;
        var above = ImmutableArray.CreateBuilder<string>();
        for (var id = command.NewParent; id is not null && above.Count < MostAbove; id = Find(new TaskKey(command.Organization, id))?.Fields.ParentExecution)
            above.Add(id);
        return command with { Above = above.DrainToImmutable() };
    }

    string? FindId(long n)
    {
        using var rows = connection[TaskSql.FindId].Add(n).Query();
        return rows.Read() ? rows.Text(0) : null;
    }

    void ApplyFollowUps(TaskCommand command, TaskDecision.Change change)
    {
        // The same command for the same task again means a circle of parents.
        var seen = new HashSet<TaskCommand> { command };
        var reached = new HashSet<string>(StringComparer.Ordinal) { command.TaskId };
        var returns = 0;
        Push(change);
        while (_pending.TryPop(out var next))
        {
            if (!seen.Add(next))
                continue;
            if (!reached.Add(next.TaskId) && ++returns > MaxReturns)
                throw new RefusedException(Endless(command));
            if (ApplyOne(next) is TaskDecision.Change following)
                Push(following);
        }
    }

    void Push(TaskDecision.Change change)
    {
        for (var i = change.FollowUps.Length - 1; i >= 0; i--)
            _pending.Push(change.FollowUps[i]);
    }

    static TaskDecision.Refusal Endless(TaskCommand command) => new(
        RefusalReason.Conflict,
        ErrorCodes.Conflict,
        $"{command.GetType().Name} of task '{command.TaskId}' comes back to the tasks that it has reached more than {MaxReturns} times; nothing was changed. Begin with its sub-tasks.");

    TaskDecision ApplyOne(TaskCommand command)
    {
        var task = Load(command);
        var before = task.Record;
        var decision = decide(before, command);
        if (decision is not TaskDecision.Change change || (ReferenceEquals(change.Task, before) && change.Events.IsEmpty && !change.IsDeletion))
            return decision;
        if (change.IsDeletion)
            Remove(task);
        else
            Take(task, change, command.Now);
        Changes.Add(new TaskChange(before, task.Record));
        return decision;
    }

    void Take(WorkingTask task, TaskDecision.Change change, DateTimeOffset now)
    {
        var sequence = task.Record?.Sequence ?? 0;
        var last = task.Record?.LastEventAt ?? DateTimeOffset.MinValue;
        if (change.Task.Sequence != sequence + change.Events.Length)
            throw new InvalidOperationException($"The decision for task '{task.Key.TaskId}' counts to {change.Task.Sequence}, but its events reach {sequence + change.Events.Length}.");

        foreach (var draft in change.Events)
        {
            last = draft.Time > last ? draft.Time : last;
            // What a caller sent may lie in a buffer that is used again; what the rules wrote is theirs alone.
            var data = draft.Kind == EventKind.Lifecycle ? draft.Data : draft.Data.ToArray();
            task.Events.Add(new StoredEvent(++sequence, draft.Type, last, data, draft.Kind));
            task.HasChunks |= draft.Kind == EventKind.Pushed && draft.Type == TaskEventTypes.Chunk;
        }

        var steps = task.Record?.SessionLast ?? 0;
        foreach (var draft in change.Steps)
            task.Steps.Add(new StoredStep(++steps, draft.Kind, draft.Data.ToArray(), now));
        if (change.Task.SessionLast != steps)
            throw new InvalidOperationException($"The decision for task '{task.Key.TaskId}' counts to step {change.Task.SessionLast}, but its steps reach {steps}.");

        if (task.N == 0)
            task.N = ++_lastN;
        task.Record = change.Task;
        MarkDirty(task);
    }

    void Remove(WorkingTask task)
    {
        if (task.Stored is not null || task.EventsInserted > 0)
        {
            connection[TaskSql.Delete].Add(task.N).Run();
            EventRows.Delete(connection, task.N);
            StepRows.Delete(connection, task.N);
            SubTaskRows.Delete(connection, task.N);
        }

        task.N = 0;
        task.Stored = null;
        task.Record = null;
        task.HasChunks = false;
        task.Events.Clear();
        task.EventsInserted = 0;
        task.Steps.Clear();
        task.StepsInserted = 0;
        MarkDirty(task);
    }

    void Write(WorkingTask task)
    {
        task.IsDirty = false;
        if (task.Record is null)
            return;
        var row = new TaskRow(task.N, task.Record, task.HasChunks);
        if (task.Stored is { } stored)
            TaskRows.Update(connection, stored, row);
        else
            TaskRows.Insert(connection, row);
        task.Stored = row;
        EventRows.Insert(connection, task.N, task.Events, task.EventsInserted);
        task.EventsInserted = task.Events.Count;
        StepRows.Insert(connection, task.N, task.Steps, task.StepsInserted);
        task.StepsInserted = task.Steps.Count;
    }

    WorkingTask Load(TaskCommand command)
    {
        // A new id that the server made needs no look: it cannot be there, and the key's index would say so.
        var isSurelyNew = command is TaskCommand.Create { Turn.MayContinue: false };
        return Load(new TaskKey(command.Organization, command.TaskId), isSurelyNew);
    }

    WorkingTask Load(in TaskKey key, bool isSurelyNew = false)
    {
        if (_tasks.TryGetValue(key, out var task))
            return task;
        task = new WorkingTask(key);
        _tasks.Add(key, task);
        var row = hot.Find(key)?.Row ?? (isSurelyNew ? null : TaskRows.Find(connection, key.Organization, key.TaskId));
        if (row is { } found)
            (task.N, task.Record, task.HasChunks, task.Stored) = (found.N, found.Record, found.HasChunks, found);
        return task;
    }

    void MarkDirty(WorkingTask task)
    {
        task.IsTouched = true;
        if (task.IsDirty)
            return;
        task.IsDirty = true;
        _dirty.Add(task);
    }

    void Clear()
    {
        _tasks.Clear();
        _dirty.Clear();
        _pending.Clear();
        Changes = [];
    }

    static long LastN(SqliteConnection connection)
    {
        using var rows = connection[TaskSql.LastN].Query();
        return rows.Read() ? rows.Int64(0) : 0;
    }
}
