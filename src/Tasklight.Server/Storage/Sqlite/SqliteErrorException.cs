using SQLitePCL;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>What SQLite answered when it did not do what it was asked.</summary>
/// <param name="code">The extended result code.</param>
sealed class SqliteErrorException(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    public int Code { get; } = code;

    /// <summary>True when not the command was at fault but the disk (full, unreadable, read-only) or somebody who holds the database.</summary>
    public bool MeansUnavailable => (Code & 0xff) is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN
        or raw.SQLITE_PERM or raw.SQLITE_NOMEM or raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
}
