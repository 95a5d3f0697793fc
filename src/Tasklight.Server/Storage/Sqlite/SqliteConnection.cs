using System.Globalization;
using SQLitePCL;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
sealed class SqliteConnection : IDisposable
{
    // Nobody else writes, but somebody may have the file open in a shell.
    const int BusyMilliseconds = 2_000;

    readonly sqlite3 _handle;

    // Every statement's text is a constant, or made once: its identity finds it faster than its hash.
    readonly Dictionary<string, Statement> _statements = new(ReferenceEqualityComparer.Instance);

    SqliteConnection(sqlite3 handle) => _handle = handle;

    /// <summary>True between BEGIN and the end of a transaction; SQLite ends one by itself after some errors.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Opens the file, making it when missing.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="cacheBytes">Bound of the connection's page cache.</param>
    public static SqliteConnection Open(string path, int cacheBytes)
    {
        SqliteLibrary.EnsureBound();
        var code = raw.sqlite3_open_v2(path, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        var connection = new SqliteConnection(handle);
        try
        {
            connection.Check(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            raw.sqlite3_busy_timeout(handle, BusyMilliseconds);
            connection.Execute($"PRAGMA cache_size = -{cacheBytes / 1024}; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The prepared form of a statement, reused by every call with the same string object.</summary>
    /// <param name="sql">A constant, or a string kept by the caller: each distinct object is prepared and kept for good.</param>
    public Statement this[string sql]
    {
        get
        {
            if (!_statements.TryGetValue(sql, out var statement))
            {
                Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
                _statements.Add(sql, statement = new Statement(this, handle));
            }

            return statement.Restart();
        }
    }

    /// <summary>Runs a script once; rows are dropped.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>The first column of the first row of a statement that is asked once.</summary>
    public long Scalar(string sql) => long.Parse(TextScalar(sql), CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Scalar"/>
    public string TextScalar(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var handle));
        using var statement = new Statement(this, handle);
        using var rows = statement.Query();
        return rows.Read() ? rows.Text(0) : "";
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _handle.Dispose();
    }

    internal void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new SqliteErrorException(code, raw.sqlite3_errmsg(_handle).utf8_to_string());
        }
    }
}
