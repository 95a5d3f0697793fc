using System.Collections.Concurrent;
using System.Globalization;
using Tasklight.Protocol;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Pages of tasks, newest first, by keyset. The narrowest index is named, so that a page costs the same however long the history is.</summary>
static class TaskLists
{
    // A result is cut at 64 Ki characters in lists (Protocol: TasksListItem).
    const string Columns =
        "SELECT n, id, agent_id, status, user_id, parent_id, triggering_agent_id, created_at, updated_at, source, substr(result, 1, 65536), title FROM tasks";

    const string NextByN = "SELECT n, created_at FROM tasks WHERE n >= ? ORDER BY n LIMIT 1";

    // Rows are numbered when they are written, but timed when their request came in.
    static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    static readonly ConcurrentDictionary<(Filters Filters, bool Counts), string> Statements = new();

    [Flags]
    enum Filters
    {
        None = 0,
        Agent = 1,
        User = 2,
        Parent = 4,
        TriggeringAgent = 8,
        Status = 16,
        InternalStatus = 32,
        Created = 64,
        Waiting = 128,
    }

    public static TaskPage Read(SqliteConnection connection, string organization, TaskQuery query)
    {
        var above = query.From is { } from ? FirstN(connection, from - Skew) - 1 : 0;
        var below = query.To is { } to ? FirstN(connection, to + Skew) : long.MaxValue;
        var total = query.CountUpTo > 0 ? Count(connection, organization, query, above, below) : 0;
        if (query.Cursor is not null)
            below = TryParse(query.Cursor, out var cursor) ? Math.Min(below, cursor) : 0;

        var filters = FiltersOf(query);
        var statement = connection[Sql(filters, counts: false)];
        Bind(statement, filters, organization, query, above, below);
        using var rows = statement.Add(query.Limit + 1).Add(query.Cursor is null ? query.Offset : 0).Query();
        return Page(rows, organization, query.Limit, total);
    }

    static TaskPage Page(in Statement.Rows rows, string organization, int limit, int total)
    {
        var items = new List<TasksListItem>(Math.Min(limit, 64));
        long last = 0;
        while (rows.Read())
        {
            if (items.Count == limit)
                return new TaskPage(items, last.ToString(CultureInfo.InvariantCulture), total);
            last = rows.Int64(0);
            items.Add(Item(rows, organization, items.Count > 0 ? items[^1].AgentId : ""));
        }

        return new TaskPage(items, null, total);
    }

    static TasksListItem Item(in Statement.Rows row, string organization, string agent) => new()
    {
        Id = row.Text(1),
        AgentId = row.Is(2, agent) ? agent : row.Text(2),
        OrganizationId = organization,
        Status = (AgentExecutionStatus)row.Int32(3),
        UserId = row.TextOrNull(4),
        ParentTaskId = row.TextOrNull(5),
        TriggeringAgentId = row.TextOrNull(6),
        CreatedAt = row.Time(7),
        UpdatedAt = row.Time(8),
        SourceNodeType = row.TextOrNull(9),
        Result = row.TextOrNull(10),
        Title = row.TextOrNull(11),
    };

    static int Count(SqliteConnection connection, string organization, TaskQuery query, long above, long below)
    {
        var filters = FiltersOf(query);
        var statement = connection[Sql(filters, counts: true)];
        Bind(statement, filters, organization, query, above, below);
        using var rows = statement.Add(query.CountUpTo).Query();
        return rows.Read() ? rows.Int32(0) : 0;
    }

    static void Bind(Statement statement, Filters filters, string organization, TaskQuery query, long above, long below)
    {
        statement.Add(organization).Add(above).Add(below);
        if (filters.HasFlag(Filters.Agent))
            statement.Add(query.AgentId);
        if (filters.HasFlag(Filters.User))
            statement.Add(query.UserId);
        if (filters.HasFlag(Filters.Parent))
            statement.Add(query.ParentTaskId);
        if (filters.HasFlag(Filters.TriggeringAgent))
            statement.Add(query.TriggeringAgentId);
        if (filters.HasFlag(Filters.Status))
            statement.Add((long)query.Status!.Value);
        if (filters.HasFlag(Filters.InternalStatus))
            statement.Add(query.InternalStatus);
        if (filters.HasFlag(Filters.Waiting))
            statement.Add((long)query.WaitsFor);
        if (filters.HasFlag(Filters.Created))
            statement.Add(query.From ?? DateTimeOffset.MinValue).Add(query.To ?? DateTimeOffset.MaxValue);
    }

    static Filters FiltersOf(TaskQuery query) =>
        (query.AgentId is null ? Filters.None : Filters.Agent)
        | (query.UserId is null ? Filters.None : Filters.User)
        | (query.ParentTaskId is null ? Filters.None : Filters.Parent)
        | (query.TriggeringAgentId is null ? Filters.None : Filters.TriggeringAgent)
        | (query.Status is null ? Filters.None : Filters.Status)
        | (query.InternalStatus is null ? Filters.None : Filters.InternalStatus)
        | (query.WaitsFor is Lifecycle.TaskWait.Nothing ? Filters.None : Filters.Waiting)
        | (query.From is null && query.To is null ? Filters.None : Filters.Created);

    static string Sql(Filters filters, bool counts) => Statements.GetOrAdd((filters, counts), static key => Compose(key.Filters, key.Counts));

    static string Compose(Filters filters, bool counts)
    {
        var where = $" INDEXED BY {Index(filters)} WHERE organization_id = ? AND n > ? AND n < ?";
        where += filters.HasFlag(Filters.Agent) ? " AND agent_id = ?" : "";
        where += filters.HasFlag(Filters.User) ? " AND user_id = ?" : "";
        where += filters.HasFlag(Filters.Parent) ? " AND parent_id = ?" : "";
        where += filters.HasFlag(Filters.TriggeringAgent) ? " AND triggering_agent_id = ?" : "";
        where += filters.HasFlag(Filters.Status) ? " AND status = ?" : "";
        where += filters.HasFlag(Filters.InternalStatus) ? " AND internal_status = ?" : "";
        // The first half says what the index covers.
        where += filters.HasFlag(Filters.Waiting) ? " AND waits_for > 0 AND waits_for = ?" : "";
        where += filters.HasFlag(Filters.Created) ? " AND created_at >= ? AND created_at <= ?" : "";
        return counts ? $"SELECT count(*) FROM (SELECT 1 FROM tasks{where} LIMIT ?)" : $"{Columns}{where} ORDER BY n DESC LIMIT ? OFFSET ?";
    }

    static string Index(Filters filters) =>
        filters.HasFlag(Filters.Waiting) ? "tasks_waiting"
        : filters.HasFlag(Filters.Parent) ? "tasks_by_parent"
        : filters.HasFlag(Filters.User) ? "tasks_by_user"
        : filters.HasFlag(Filters.Agent | Filters.Status) ? "tasks_by_agent_status"
        : filters.HasFlag(Filters.Agent) ? "tasks_by_agent"
        : filters.HasFlag(Filters.Status) ? "tasks_by_status"
        : "tasks_by_organization";

    /// <summary>Reads a cursor. An unreadable one stands behind the end: the caller gets an empty page, never somebody else's.</summary>
    public static bool TryParse(string cursor, out long n) => long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out n);

    /// <summary>The first row number that may have been created at the time or later: numbers rise with time, so it is found by halving.</summary>
    static long FirstN(SqliteConnection connection, DateTimeOffset time)
    {
        long low = 1;
        long high = LastN(connection) + 1;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (CreatedAt(connection, ref middle) is { } created && created < time)
                low = middle + 1;
            else
                high = Math.Min(high, low + ((high - low) / 2));
        }

        return low;
    }

    // Rows may be missing: the next one answers, and says where it is.
    static DateTimeOffset? CreatedAt(SqliteConnection connection, ref long n)
    {
        using var row = connection[NextByN].Add(n).Query();
        if (!row.Read())
            return null;
        n = row.Int64(0);
        return row.Time(1);
    }

    static long LastN(SqliteConnection connection)
    {
        using var row = connection[TaskSql.LastN].Query();
        return row.Read() ? row.Int64(0) : 0;
    }
}
