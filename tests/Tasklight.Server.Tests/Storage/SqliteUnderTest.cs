using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;
using Tasklight.Server.Storage.Sqlite;

namespace Tasklight.Server.Tests.Storage;

sealed class SqliteUnderTest : StoreUnderTest
{
    readonly string _root = System.IO.Directory.CreateTempSubdirectory("tasklight-store-").FullName;
    readonly TimeProvider _time;
    readonly Func<TaskRecord?, TaskCommand, TaskDecision> _decide;
    readonly long _cacheBytes;
    string _path;
    int _crashes;

    public SqliteUnderTest(TimeProvider time, Func<TaskRecord?, TaskCommand, TaskDecision> decide, long cacheBytes)
    {
        (_time, _decide, _cacheBytes) = (time, decide, cacheBytes);
        _path = Path.Combine(_root, "0", "tasklight.db");
        Store = Open();
    }

    public SqliteStore Store { get; private set; }

    public string DatabasePath => _path;

    public override ITaskStore Tasks => Store;

    public override ISessionStore Sessions => Store;

    public override IDirectoryStore Directory => Store;

    public override ILoginStore Logins => Store;

    public override ITaskChangeListener? Listener
    {
        set => Store.Listener = value;
    }

    public override void Reopen()
    {
        Store.Dispose();
        Store = Open();
    }

    /// <summary>Starts on what would be here, had a program of this schema written it: all that it knew, in its tables.</summary>
    public void ReopenAsOfSchema(int schema)
    {
        Store.Dispose();
        var newer = _path;
        _path = Path.Combine(System.IO.Directory.CreateDirectory(Path.Combine(_root, $"schema-{schema}")).FullName, "tasklight.db");
        OldDatabase.Make(_path, newer, schema);
        Store = Open();
    }

    public override void Crash()
    {
        var left = Path.Combine(_root, $"{++_crashes}", "tasklight.db");
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(left)!);
        // The database first: what the log gains meanwhile is newer, as after a kill. A checkpoint in between would spoil the pair, so there is none.
        Copy(_path, left);
        Copy(_path + "-wal", left + "-wal");
        Store.Dispose();
        _path = left;
        Store = Open();
    }

    public override async Task FillDiskAsync() => await Store.WriteAsync(writer =>
        writer.Connection.Execute($"PRAGMA max_page_count = {writer.Connection.Scalar("PRAGMA page_count")}"));

    public override async Task FreeDiskAsync() => await Store.WriteAsync(writer => writer.Connection.Execute("PRAGMA max_page_count = 1073741823"));

    public override void Dispose()
    {
        Store.Dispose();
        System.IO.Directory.Delete(_root, recursive: true);
    }

    SqliteStore Open() => SqliteStore.Open(new SqliteOptions(_path) { CacheBytes = _cacheBytes, CheckpointPages = 0 }, _time, decide: _decide);

    static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = File.Create(to);
        source.CopyTo(target);
    }
}
