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

    readonly SqliteOptions _options;
    readonly TimeProvider _time;
    readonly Func<TaskRecord?, TaskCommand, TaskDecision> _decide;
    readonly ILogger _logger;
    readonly HotTasks _hot;
    FileStream? _lock;
    SqliteConnection? _connection;
    SqliteWriter? _openWriter;
    SqliteReaders? _openReaders;

    /// <summary>A store that is not yet open: only <see cref="Open()"/> touches the disk, so that a server can listen before its migrations run.</summary>
    /// <param name="decide">The rules; <see cref="TaskMachine.Decide"/> unless a test has others.</param>
    public SqliteStore(SqliteOptions options, TimeProvider time, ILogger<SqliteStore>? logger = null, Func<TaskRecord?, TaskCommand, TaskDecision>? decide = null)
    {
        _options = options;
        _time = time;
        _decide = decide ?? TaskMachine.Decide;
        _logger = logger ?? NullLogger<SqliteStore>.Instance;
        _hot = new HotTasks(options.CacheBytes);
    }

    SqliteWriter Writer => _openWriter ?? throw NotOpen();

    SqliteReaders Readers => _openReaders ?? throw NotOpen();

    /// <summary>Hears of every commit; set once, before the first command.</summary>
    public ITaskChangeListener? Listener
    {
        get;
        set
        {
            field = value;
            _openWriter?.Listener = value;
        }
    }

    /// <summary>Makes a store and opens it.</summary>
    /// <exception cref="StoreUnavailableException">As <see cref="Open()"/>.</exception>
    public static SqliteStore Open(SqliteOptions options, TimeProvider time, ILogger<SqliteStore>? logger = null, Func<TaskRecord?, TaskCommand, TaskDecision>? decide = null)
    {
        var store = new SqliteStore(options, time, logger, decide);
        store.Open();
        return store;
    }

    /// <summary>Opens or makes the database and brings it to the current schema.</summary>
    /// <exception cref="StoreUnavailableException">Another process has it, it is of a newer version, or SQLite is missing.</exception>
    public void Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_options.Path))!);
        _lock = Lock(_options.Path + ".lock");
        try
        {
            _connection = SqliteConnection.Open(_options.Path, _options.WriterPageCacheBytes);
            _connection.Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {CheckpointPages};");
            Migrations.Run(_connection);
            _openReaders = new SqliteReaders(_options);
            _openWriter = new SqliteWriter(_connection, new TaskBatch(_connection, _hot, _decide), _options, _logger) { Listener = Listener };
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Finishes the writes that were asked for, copies the log into the database and closes it.</summary>
    public void Dispose()
    {
        _openWriter?.Dispose();
        _openReaders?.Dispose();
        _connection?.Dispose();
        _lock?.Dispose();
    }

    public ValueTask<TaskOutcome> ApplyAsync(TaskCommand command) => Writer.PutAsync(new CommandRequest(command));

    public ValueTask<IReadOnlyList<TaskRecord>> ClaimAsync(string organization, string agentId, IReadOnlyList<Seat> seats, DateTimeOffset now) =>
        Writer.PutAsync(new ClaimRequest(new AgentKey(organization, agentId), seats, now));

    public ValueTask<TaskRecord?> FindAsync(string organization, string taskId, CancellationToken cancel = default) =>
        new(FindRow(organization, taskId)?.Record);

    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(string organization, string taskId, long after, int limit, bool lifecycleOnly = false, CancellationToken cancel = default)
    {
        var hot = _hot.Find(new TaskKey(organization, taskId));
        if (hot is not null && after >= hot.Record.Sequence)
            return new ValueTask<IReadOnlyList<StoredEvent>>([]);
        if (hot?.Tail.After(after, lifecycleOnly ? int.MaxValue : limit) is { } events)
            return new ValueTask<IReadOnlyList<StoredEvent>>(lifecycleOnly ? Lifecycle(events, limit) : events);
        return new ValueTask<IReadOnlyList<StoredEvent>>(Readers.Read((organization, taskId, n: hot?.Row.N, after, limit, lifecycleOnly), static (connection, ask) =>
            (ask.n ?? FindN(connection, ask.organization, ask.taskId)) is { } n ? EventRows.Read(connection, n, ask.after, ask.limit, ask.lifecycleOnly) : []));
    }

    public ValueTask<TaskPage> ListAsync(string organization, TaskQuery query, CancellationToken cancel = default) =>
        new(Readers.Read((organization, query), static (connection, ask) => TaskLists.Read(connection, ask.organization, ask.query)));

    public ValueTask<IReadOnlyList<TaskRecord>> RunsOfAsync(string organization, string session, CancellationToken cancel = default)
    {
        var ids = Readers.Read((organization, session), static (connection, ask) => RunIds(connection, ask.organization, ask.session));
        var tasks = new List<TaskRecord>(ids.Count);
        foreach (var id in ids)
        {
            if (FindRow(organization, id)?.Record is { } task && task.Run?.Session == session)
                tasks.Add(task);
        }

        return new ValueTask<IReadOnlyList<TaskRecord>>(tasks);
    }

    public ValueTask<IReadOnlyList<TaskKey>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel = default) =>
        new(Readers.Read((now, limit), static (connection, ask) => DueTasks(connection, ask.now, ask.limit)));

    public ValueTask<QueueView> QueueViewAsync(TaskRecord task, CancellationToken cancel = default) =>
        new(Readers.Read(task, static (connection, asked) => View(connection, asked)));

    public ValueTask<IReadOnlyList<AgentKey>> WaitingAgentsAsync(CancellationToken cancel = default) =>
        new(Readers.Read(0, static (connection, _) => WaitingAgents(connection)));

    public ValueTask<int> TrimAsync(DateTimeOffset endedBefore, int limit) => Writer.PutAsync(writer =>
    {
        Replays.Prune(writer.Connection, _time.Now(), limit);
        return Trim(writer, endedBefore, limit);
    });

    TaskRow? FindRow(string organization, string taskId) =>
        _hot.Find(new TaskKey(organization, taskId))?.Row
        ?? Readers.Read((organization, taskId), static (connection, key) => TaskRows.Find(connection, key.organization, key.taskId));

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

    static StoreUnavailableException NotOpen() => new("The store is being opened: ask again in a second.");
}
