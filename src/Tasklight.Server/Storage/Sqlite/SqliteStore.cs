using Microsoft.Extensions.Logging.Abstractions;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// The embedded store: one database file in WAL mode with synchronous=FULL, one writer, readers that do not wait. One process at a time.
/// </summary>
sealed partial class SqliteStore : ITaskStore, ISessionStore, IDirectoryStore, IDisposable
{
    // Ahead of a task nobody counts further than this.
    const int AheadUpTo = 10_000;

    // The commit that fills this many pages of the log copies them back into the database.
    const int CheckpointPages = 4_000;

    readonly FileStream _lock;
    readonly SqliteConnection _connection;
    readonly SqliteWriter _writer;
    readonly SqliteReaders _readers;
    readonly HotTasks _hot;
    readonly TimeProvider _time;

    SqliteStore(SqliteOptions options, FileStream held, SqliteConnection connection, TimeProvider time, Func<TaskRecord?, TaskCommand, TaskDecision> decide, ILogger logger)
    {
        _lock = held;
        _connection = connection;
        _time = time;
        _hot = new HotTasks(options.CacheBytes);
        _readers = new SqliteReaders(options);
        _writer = new SqliteWriter(connection, new TaskBatch(connection, _hot, decide), options, logger);
    }

    /// <summary>Hears of every commit; set once, before the first command.</summary>
    public ITaskChangeListener? Listener
    {
        get => _writer.Listener;
        set => _writer.Listener = value;
    }

    /// <summary>Opens or makes the database and brings it to the current schema.</summary>
    /// <param name="decide">The rules; <see cref="TaskMachine.Decide"/> unless a test has others.</param>
    /// <exception cref="StoreUnavailableException">Another process has it, it is of a newer version, or SQLite is missing.</exception>
    public static SqliteStore Open(SqliteOptions options, TimeProvider time, ILogger<SqliteStore>? logger = null, Func<TaskRecord?, TaskCommand, TaskDecision>? decide = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Path))!);
        var held = Lock(options.Path + ".lock");
        try
        {
            var connection = SqliteConnection.Open(options.Path, options.WriterPageCacheBytes);
            connection.Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {CheckpointPages};");
            Migrations.Run(connection);
            return new SqliteStore(options, held, connection, time, decide ?? TaskMachine.Decide, logger ?? NullLogger<SqliteStore>.Instance);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Finishes the writes that were asked for, copies the log into the database and closes it.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _readers.Dispose();
        _connection.Dispose();
        _lock.Dispose();
    }

    public ValueTask<TaskOutcome> ApplyAsync(TaskCommand command) => _writer.PutAsync(new CommandRequest(command));

    public ValueTask<IReadOnlyList<TaskRecord>> ClaimAsync(string organization, string agentId, IReadOnlyList<Seat> seats, DateTimeOffset now) =>
        _writer.PutAsync(new ClaimRequest(new AgentKey(organization, agentId), seats, now));

    public ValueTask<TaskRecord?> FindAsync(string organization, string taskId, CancellationToken cancel = default) =>
        new(FindRow(organization, taskId)?.Record);

    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(string organization, string taskId, long after, int limit, bool lifecycleOnly = false, CancellationToken cancel = default)
    {
        var hot = _hot.Find(new TaskKey(organization, taskId));
        if (hot is not null && after >= hot.Record.Sequence)
            return new ValueTask<IReadOnlyList<StoredEvent>>([]);
        if (hot?.Tail.After(after, lifecycleOnly ? int.MaxValue : limit) is { } events)
            return new ValueTask<IReadOnlyList<StoredEvent>>(lifecycleOnly ? Lifecycle(events, limit) : events);
        return new ValueTask<IReadOnlyList<StoredEvent>>(_readers.Read((organization, taskId, n: hot?.Row.N, after, limit, lifecycleOnly), static (connection, ask) =>
            (ask.n ?? FindN(connection, ask.organization, ask.taskId)) is { } n ? EventRows.Read(connection, n, ask.after, ask.limit, ask.lifecycleOnly) : []));
    }

    public ValueTask<TaskPage> ListAsync(string organization, TaskQuery query, CancellationToken cancel = default) =>
        new(_readers.Read((organization, query), static (connection, ask) => TaskLists.Read(connection, ask.organization, ask.query)));

    public ValueTask<IReadOnlyList<TaskRecord>> RunsOfAsync(string organization, string session, CancellationToken cancel = default)
    {
        var ids = _readers.Read((organization, session), static (connection, ask) => RunIds(connection, ask.organization, ask.session));
        var tasks = new List<TaskRecord>(ids.Count);
        foreach (var id in ids)
        {
            if (FindRow(organization, id)?.Record is { } task && task.Run?.Session == session)
                tasks.Add(task);
        }

        return new ValueTask<IReadOnlyList<TaskRecord>>(tasks);
    }

    public ValueTask<IReadOnlyList<TaskKey>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel = default) =>
        new(_readers.Read((now, limit), static (connection, ask) => DueTasks(connection, ask.now, ask.limit)));

    public ValueTask<QueueView> QueueViewAsync(TaskRecord task, CancellationToken cancel = default) =>
        new(_readers.Read(task, static (connection, asked) => View(connection, asked)));

    public ValueTask<IReadOnlyList<AgentKey>> WaitingAgentsAsync(CancellationToken cancel = default) =>
        new(_readers.Read(0, static (connection, _) => WaitingAgents(connection)));

    public ValueTask<int> TrimAsync(DateTimeOffset endedBefore, int limit) => _writer.PutAsync(writer =>
    {
        Replays.Prune(writer.Connection, _time.Now(), limit);
        return Trim(writer, endedBefore, limit);
    });

    TaskRow? FindRow(string organization, string taskId) =>
        _hot.Find(new TaskKey(organization, taskId))?.Row
        ?? _readers.Read((organization, taskId), static (connection, key) => TaskRows.Find(connection, key.organization, key.taskId));

    static List<StoredEvent> Lifecycle(ArraySegment<StoredEvent> events, int limit)
    {
        var found = new List<StoredEvent>();
        foreach (var stored in events)
        {
            if (found.Count == limit)
                break;
            if (stored.Kind == EventKind.Lifecycle)
                found.Add(stored);
        }

        return found;
    }

    static long? FindN(SqliteConnection connection, string organization, string taskId)
    {
        using var row = connection[TaskSql.FindN].Add(organization).Add(taskId).Query();
        return row.Read() ? row.Int64(0) : null;
    }

    static List<string> RunIds(SqliteConnection connection, string organization, string session)
    {
        var ids = new List<string>();
        using var rows = connection[TaskSql.RunsOf].Add(organization).Add(session).Query();
        while (rows.Read())
            ids.Add(rows.Text(0));
        return ids;
    }

    static IReadOnlyList<TaskKey> DueTasks(SqliteConnection connection, DateTimeOffset now, int limit)
    {
        var due = new List<TaskKey>();
        using var rows = connection[TaskSql.DueTasks].Add(now).Add(limit).Query();
        while (rows.Read())
            due.Add(new TaskKey(rows.Text(0), rows.Text(1)));
        return due;
    }

    static QueueView View(SqliteConnection connection, TaskRecord task)
    {
        var (all, ofUser) = (0, 0);
        using (var rows = connection[TaskSql.LeasedByUser].Add(task.Organization).Add(task.Fields.AgentId).Query())
        {
            while (rows.Read())
            {
                all += rows.Int32(1);
                ofUser += !rows.IsNull(0) && rows.Text(0) == task.Fields.Input.User?.Id ? rows.Int32(1) : 0;
            }
        }

        var ahead = Ahead(connection, task, null) + (task.Pin is { } pin ? Ahead(connection, task, pin) : 0);
        return new QueueView(all, ofUser, ahead);
    }

    static int Ahead(SqliteConnection connection, TaskRecord task, string? pin)
    {
        var n = FindN(connection, task.Organization, task.Id) ?? long.MaxValue;
        return Number(connection[TaskSql.AheadByPriority].Add(task.Organization).Add(task.Fields.AgentId).Add(pin).Add(task.Fields.Priority).Add(AheadUpTo))
            + Number(connection[TaskSql.AheadByAge].Add(task.Organization).Add(task.Fields.AgentId).Add(pin).Add(task.Fields.Priority).Add(task.TurnCreatedAt).Add(n).Add(AheadUpTo));
    }

    static int Number(Statement statement)
    {
        using var rows = statement.Query();
        return rows.Read() ? rows.Int32(0) : 0;
    }

    static List<AgentKey> WaitingAgents(SqliteConnection connection)
    {
        var agents = new List<AgentKey>();
        var last = new AgentKey("", "");
        while (Next(connection, last) is { } agent)
        {
            agents.Add(agent);
            last = agent;
        }

        return agents;
    }

    // One step into the index an agent: its cost does not grow with the queues.
    static AgentKey? Next(SqliteConnection connection, AgentKey last)
    {
        using var rows = connection[TaskSql.NextWaitingAgent].Add(last.Organization).Add(last.AgentId).Query();
        return rows.Read() ? new AgentKey(rows.Text(0), rows.Text(1)) : null;
    }

    static int Trim(SqliteWriter writer, DateTimeOffset endedBefore, int limit)
    {
        var removed = 0;
        while (removed < limit && ToTrim(writer, endedBefore) is { } found)
        {
            var count = EventRows.Trim(writer.Connection, found.N, limit - removed);
            removed += count;
            writer.Tasks.Trimmed(found.Key, isWhole: removed < limit);
        }

        return removed;
    }

    static (long N, TaskKey Key)? ToTrim(SqliteWriter writer, DateTimeOffset endedBefore)
    {
        writer.Tasks.Flush();
        using var rows = writer.Connection[TaskSql.ToTrim].Add(endedBefore).Query();
        return rows.Read() ? (rows.Int64(0), new TaskKey(rows.Text(1), rows.Text(2))) : null;
    }

    static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new StoreUnavailableException($"The store is in use by another process ({path}): only one server may have a data directory.", error);
        }
    }
}
