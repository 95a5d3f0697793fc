using Microsoft.Extensions.Logging.Abstractions;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// The embedded store: one database file in WAL mode with synchronous=FULL, one writer, readers that do not wait. One process at a time.
/// </summary>
sealed partial class SqliteStore : ITaskStore, ISessionStore, IDirectoryStore, ILoginStore, IDisposable
{
    // What the log may keep of the disk once it is copied back.
    const int LogBytes = 64 * 1024 * 1024;

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
            SetUp(_connection, _options.CheckpointPages);
            Migrations.Run(_connection, _options.Upgrades);
            _openReaders = new SqliteReaders(_options);
            _openWriter = new SqliteWriter(_connection, new TaskBatch(_connection, _hot, _decide), _options, _time, _logger) { Listener = Listener };
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

    public void OfferTo(ISeatKeeper seats) => Writer.Offers.Seats = seats;

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
            (ask.n ?? TaskRows.FindN(connection, ask.organization, ask.taskId)) is { } n ? EventRows.Read(connection, n, ask.after, ask.limit, ask.lifecycleOnly) : []));
    }

    public ValueTask<IReadOnlyList<StoredStep>> ReadSessionAsync(string organization, string taskId, int after, CancellationToken cancel = default) =>
        new(Readers.Read((organization, taskId, after), static (connection, ask) =>
            TaskRows.FindN(connection, ask.organization, ask.taskId) is { } n ? StepRows.Read(connection, n, ask.after) : []));

    public ValueTask<TaskPage> ListAsync(string organization, TaskQuery query, CancellationToken cancel = default) =>
        new(Readers.Read((organization, query), static (connection, ask) => TaskLists.Read(connection, ask.organization, ask.query)));

    public bool IsCursor(string text) => TaskLists.TryParse(text, out _);

    public ValueTask<IReadOnlyList<TaskRecord>> RunsOfAsync(string organization, string session, CancellationToken cancel = default)
    {
        var ids = Readers.Read((organization, session), static (connection, ask) => TaskQueues.RunsOf(connection, ask.organization, ask.session));
        var tasks = new List<TaskRecord>(ids.Count);
        foreach (var id in ids)
        {
            if (FindRow(organization, id)?.Record is { } task && task.Run?.Session == session)
                tasks.Add(task);
        }

        return new ValueTask<IReadOnlyList<TaskRecord>>(tasks);
    }

    public ValueTask<IReadOnlyList<TaskKey>> StraysAsync(CancellationToken cancel = default) =>
        new(Readers.Read(0, static (connection, _) => TaskQueues.Strays(connection)));

    public ValueTask<IReadOnlyList<TaskKey>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel = default) =>
        new(Readers.Read((now, limit), static (connection, ask) => TaskQueues.Due(connection, ask.now, ask.limit)));

    public ValueTask<QueueView> QueueViewAsync(TaskRecord task, CancellationToken cancel = default) =>
        new(Readers.Read(task, TaskQueues.View));

    public ValueTask<IReadOnlyList<AgentKey>> WaitingAgentsAsync(CancellationToken cancel = default) =>
        new(Readers.Read(0, static (connection, _) => TaskQueues.WaitingAgents(connection)));

    public ValueTask<int> TrimAsync(DateTimeOffset endedBefore, int limit) => Writer.PutAsync(writer =>
    {
        Replays.Prune(writer.Connection, _time.Now(), limit);
        return ChunkTrim.Run(writer, endedBefore, limit);
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

    static void SetUp(SqliteConnection connection, int checkpointPages)
    {
        if (connection.TextScalar("PRAGMA journal_mode = WAL") != "wal")
            throw new StoreUnavailableException("SQLite cannot use a write-ahead log here: the data directory must be on a local disk.");
        connection.Execute($"PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = {checkpointPages}; PRAGMA journal_size_limit = {LogBytes};");
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
