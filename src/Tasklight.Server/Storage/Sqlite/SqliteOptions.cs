namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Where the store is and how much it may hold in memory.</summary>
/// <param name="Path">The database file; its directory is made when missing.</param>
sealed record SqliteOptions(string Path)
{
    /// <summary>What is done with the script of a schema, in its transaction, where SQL alone cannot.</summary>
    public IReadOnlyDictionary<int, Action<SqliteConnection>> Upgrades { get; init; } = new Dictionary<int, Action<SqliteConnection>>();

    /// <summary>Bound of the hot tasks and their latest events kept in memory. Default 64 MiB.</summary>
    public long CacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most requests of one commit. Default 512.</summary>
    public int MaxBatch { get; init; } = 512;

    /// <summary>A commit takes no further request behind this many bytes of input. Default 8 MiB.</summary>
    public int MaxBatchBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bound of the writer's page cache. Default 16 MiB.</summary>
    public int WriterPageCacheBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The commit that fills this many pages of the log copies them back into the database; 0 = none does. Default 8,000.</summary>
    public int CheckpointPages { get; init; } = 8_000;

    /// <summary>Bound of the page cache of each of the few read connections. Default 2 MiB.</summary>
    public int ReaderPageCacheBytes { get; init; } = 2 * 1024 * 1024;
}
