using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// Rows to <see cref="TaskRecord"/>s and back. A row holds what differs from the turn's task_created; a record is both together, and the lists of its
/// sub-tasks (<see cref="SubTaskRows"/>).
/// </summary>
static class TaskRows
{
    static readonly byte[] NoChange = "{}"u8.ToArray();

    public static TaskRow? Find(SqliteConnection connection, string organization, string id)
    {
        using var row = connection[TaskSql.Find].Add(organization).Add(id).Query();
        if (!row.Read())
            return null;
        var found = Read(row);
        // While the row is open, the connection sees nothing newer.
        SubTaskRows.Read(connection, found.N, found.Record.Fields);
        return found;
    }

    /// <summary>The number of the task's row; the way to its log.</summary>
    public static long? FindN(SqliteConnection connection, string organization, string taskId)
    {
        using var row = connection[TaskSql.FindN].Add(organization).Add(taskId).Query();
        return row.Read() ? row.Int64(0) : null;
    }

    public static void Insert(SqliteConnection connection, in TaskRow row)
    {
        var record = row.Record;
        var statement = connection[TaskSql.Insert].Add(row.N).Add(record.Organization).Add(record.Id).Add(record.Fields.AgentId).Add(record.Fields.CreatedAt);
        Bind(statement, row, TaskColumns.All);
        statement.Run();
        SubTaskRows.Write(connection, row.N, TaskField.Defaults, record.Fields);
    }

    /// <summary>Writes what changed between the two states of one row.</summary>
    public static void Update(SqliteConnection connection, in TaskRow before, in TaskRow after)
    {
        var columns = Changed(before, after);
        var statement = connection[TaskSql.Update(columns)];
        Bind(statement, after, columns);
        statement.Add(after.N).Run();
        SubTaskRows.Write(connection, after.N, before.Record.Fields, after.Record.Fields);
    }

    static TaskColumns Changed(in TaskRow beforeRow, in TaskRow afterRow)
    {
        var (before, after) = (beforeRow.Record, afterRow.Record);
        var columns = TaskColumns.None;
        if (before.Status != after.Status || before.Fields.FinishedAt != after.Fields.FinishedAt || beforeRow.HasChunks != afterRow.HasChunks)
            columns |= TaskColumns.Status;
        if (!ReferenceEquals(before.Fields, after.Fields) || !ReferenceEquals(before.Created, after.Created))
            columns |= TaskColumns.Fields;
        var others = before with
        {
            Fields = after.Fields,
            Created = after.Created,
            Sequence = after.Sequence,
            LastEventAt = after.LastEventAt,
            SessionLast = after.SessionLast,
            SessionSummary = after.SessionSummary,
            BudgetGrants = after.BudgetGrants,
            HeldBy = after.HeldBy,
            Worked = after.Worked,
            WorkingSince = after.WorkingSince,
            OpenBelow = after.OpenBelow,
        };
        if (others != after)
            columns |= TaskColumns.Run;
        if (before.IsQueued != after.IsQueued || before.Fields.Priority != after.Fields.Priority || before.Pin != after.Pin || before.TurnCreatedAt != after.TurnCreatedAt)
            columns |= TaskColumns.Queue;
        if (before.DueAt != after.DueAt)
            columns |= TaskColumns.Due;
        if (before.Run?.Session != after.Run?.Session || IsLeased(before) != IsLeased(after))
            columns |= TaskColumns.Session;
        if (before.Fields.Input.User?.Id != after.Fields.Input.User?.Id || before.Fields.ParentExecution != after.Fields.ParentExecution)
            columns |= TaskColumns.Origin;
        if ((before.SessionLast, before.SessionSummary) != (after.SessionLast, after.SessionSummary))
            columns |= TaskColumns.Steps;
        if (before.WaitsFor != after.WaitsFor)
            columns |= TaskColumns.Waits;
        if ((before.BudgetGrants, before.HeldBy, before.Worked, before.WorkingSince) != (after.BudgetGrants, after.HeldBy, after.Worked, after.WorkingSince))
            columns |= TaskColumns.Budget;
        if (!ReferenceEquals(before.OpenBelow, after.OpenBelow))
            columns |= TaskColumns.Below;
        return columns;
    }

    static void Bind(Statement statement, in TaskRow row, TaskColumns columns)
    {
        var (record, fields) = (row.Record, row.Record.Fields);
        statement.Add(record.Sequence).Add(record.LastEventAt);
        if (columns.HasFlag(TaskColumns.Run))
            BindRun(statement, record);
        if (columns.HasFlag(TaskColumns.Fields))
        {
            statement.Add(fields.UpdatedAt ?? fields.CreatedAt).Add(fields.InternalStatus).Add(fields.Source).Add(fields.Title).Add(fields.TriggeringAgentId)
                .Add(fields.Result).Add(Overlay(record));
        }

        if (columns.HasFlag(TaskColumns.Status))
            statement.Add((long)fields.Status).Add(fields.FinishedAt).Add(row.HasChunks);
        if (columns.HasFlag(TaskColumns.Queue))
            statement.Add(record.IsQueued).Add(fields.Priority).Add(record.Pin).Add(record.TurnCreatedAt);
        if (columns.HasFlag(TaskColumns.Due))
            statement.Add(record.DueAt);
        if (columns.HasFlag(TaskColumns.Session))
            statement.Add(record.Run?.Session).Add(IsLeased(record));
        if (columns.HasFlag(TaskColumns.Origin))
            statement.Add(fields.Input.User?.Id).Add(fields.ParentExecution);
        if (columns.HasFlag(TaskColumns.Steps))
            statement.Add((long)record.SessionLast).Add((long)record.SessionSummary);
        if (columns.HasFlag(TaskColumns.Waits))
            statement.Add((long)record.WaitsFor);
        if (columns.HasFlag(TaskColumns.Budget))
            statement.Add((long)record.BudgetGrants).Add(record.HeldBy).Add(record.Worked.Ticks / TimeSpan.TicksPerMicrosecond).Add(record.WorkingSince);
        if (columns.HasFlag(TaskColumns.Below))
            statement.Add(record.OpenBelow.Count == 0 ? null : JsonSerializer.Serialize(record.OpenBelow, ProtocolJson.Default.IReadOnlyListString));
    }

    static void BindRun(Statement statement, TaskRecord record)
    {
        statement.Add(record.Turn).Add(record.TurnStart).Add(record.FinishedSequence).Add(record.Attempt).Add(record.LostRuns);
        if (record.Run is { } run)
            statement.Add(run.Lease).Add(run.Turn).Add(run.Attempt).Add((long)run.State).Add(run.Since);
        else
            statement.AddNull().AddNull().AddNull().AddNull().AddNull();
        statement.Add(record.StartBy).Add(record.MaxAttempts).Add(record.MaxRunSeconds).Add(record.IsDue)
            .Add(record.EndedBy).Add(record.HasOpenApproval).Add(record.IsReport).Add(record.CreateHash).Add(record.Secrets);
    }

    static bool IsLeased(TaskRecord record) => record.Run is { HoldsLease: true };

    static byte[]? Overlay(TaskRecord record)
    {
        if (ReferenceEquals(record.Fields, record.Created))
            return null;
        var overlay = TaskFieldDiff.Overlay(record.Created, record.Fields);
        return overlay.AsSpan().SequenceEqual(NoChange) ? null : overlay;
    }

    // The order of TaskSql.Find.
    static TaskRow Read(in Statement.Rows row)
    {
        var created = row.BlobOrNull(27)!;
        var createdFields = Fields(created, null);
        var fields = row.BlobOrNull(26) is { } overlay ? Fields(created, overlay) : createdFields.Clone();
        fields.Result = row.TextOrNull(25);
        var record = new TaskRecord
        {
            Fields = fields,
            Created = createdFields,
            Sequence = row.Int64(2),
            LastEventAt = row.Time(3),
            Turn = row.Int32(4),
            TurnStart = row.Int64(5),
            FinishedSequence = row.Int64(6),
            Attempt = row.Int32(7),
            Run = row.IsNull(8) ? null : new TaskRun(row.Text(8), row.Text(9), row.Int32(10), row.Int32(11), (TaskRunState)row.Int32(12), row.Time(13)),
            StartBy = row.TimeOrNull(14),
            MaxAttempts = row.Int32(15),
            MaxRunSeconds = row.Int32(16),
            IsDue = row.Bool(17),
            EndedBy = row.TextOrNull(18),
            HasOpenApproval = row.Bool(19),
            IsReport = row.Bool(20),
            CreateHash = row.TextOrNull(21),
            Secrets = row.BlobOrNull(22),
            Pin = row.TextOrNull(23),
            TurnCreatedAt = row.Time(24),
            SessionLast = row.Int32(28),
            SessionSummary = row.Int32(29),
            BudgetGrants = row.Int32(30),
            HeldBy = row.TextOrNull(31),
            Worked = TimeSpan.FromTicks(row.Int64(32) * TimeSpan.TicksPerMicrosecond),
            WorkingSince = row.TimeOrNull(33),
            LostRuns = row.Int32(34),
            OpenBelow = row.TextOrNull(35) is { } open ? JsonSerializer.Deserialize(open, ProtocolJson.Default.IReadOnlyListString)! : [],
        };
        return new TaskRow(row.Int64(0), record, row.Bool(1));
    }

    static AgentTaskFields Fields(byte[] created, byte[]? overlay)
    {
        var fold = new TaskFold();
        fold.Apply(created);
        if (overlay is not null)
            fold.Apply(overlay);
        return fold.ToFields();
    }
}
