using System.Collections.Concurrent;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Connections for reading. A reader never waits for the writer, and sees every commit that ended before its query began.</summary>
sealed class SqliteReaders(SqliteOptions options) : IDisposable
{
    // As many as can be busy at once are open; of those at rest this many are kept.
    const int KeptOpen = 8;

    readonly ConcurrentBag<SqliteConnection> _free = [];
    volatile bool _isClosed;

    /// <summary>Runs a query on the caller's thread.</summary>
    /// <exception cref="StoreUnavailableException">The store is closed, or the disk does not answer.</exception>
    public TResult Read<TArgument, TResult>(TArgument argument, Func<SqliteConnection, TArgument, TResult> query)
    {
        if (_isClosed)
            throw new StoreUnavailableException("The store is shutting down.");
        try
        {
            if (!_free.TryTake(out var connection))
                connection = Open();
            try
            {
                return query(connection, argument);
            }
            finally
            {
                GiveBack(connection);
            }
        }
        catch (SqliteErrorException error) when (error.MeansUnavailable)
        {
            throw new StoreUnavailableException("The store cannot be read now: " + error.Message, error);
        }
    }

    public void Dispose()
    {
        _isClosed = true;
        while (_free.TryTake(out var connection))
            connection.Dispose();
    }

    SqliteConnection Open()
    {
        var connection = SqliteConnection.Open(options.Path, options.ReaderPageCacheBytes);
        connection.Execute("PRAGMA query_only = ON");
        return connection;
    }

    void GiveBack(SqliteConnection connection)
    {
        if (_isClosed || _free.Count >= KeptOpen)
            connection.Dispose();
        else
            _free.Add(connection);

        // Closed in between: nobody else would take it out again.
        if (_isClosed)
            Dispose();
    }
}
