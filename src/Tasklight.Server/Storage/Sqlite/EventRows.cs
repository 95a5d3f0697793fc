using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Events of the log. A key is the task's row number and the sequence in one integer.</summary>
static class EventRows
{
    /// <summary>Bits of a key that hold the sequence: 67 million events a task, 137 billion tasks.</summary>
    const int SequenceBits = 26;

    // A page of very large events ends here, so that one slow reader costs bounded memory.
    const int PageBytes = 8 * 1024 * 1024;

    const string InsertSql = "INSERT INTO events (key, type, time, kind, data) VALUES (?, ?, ?, ?, ?)";
    const string ReadSql = "SELECT key, type, time, kind, data FROM events WHERE key > ? AND key < ? ORDER BY key LIMIT ?";
    const string ReadLifecycleSql = "SELECT key, type, time, kind, data FROM events WHERE key > ? AND key < ? AND kind = 1 ORDER BY key LIMIT ?";
    const string DeleteSql = "DELETE FROM events WHERE key > ? AND key < ?";

    const string TrimSql =
        "DELETE FROM events WHERE key IN (SELECT key FROM events WHERE key > ? AND key < ? AND kind = 3 AND type = 'chunk' ORDER BY key LIMIT ?)";

    const string ChangesSql = "SELECT changes()";

    /// <summary>Appends events of one task.</summary>
    /// <param name="n">The task's row number.</param>
    public static void Insert(SqliteConnection connection, long n, IReadOnlyList<StoredEvent> events, int first)
    {
        var statement = connection[InsertSql];
        for (var i = first; i < events.Count; i++)
        {
            var stored = events[i];
            statement.Add(Key(n, stored.Sequence)).Add(stored.Type).Add(stored.Time).Add((long)stored.Kind).AddBlob(stored.Data.Span).Run();
        }
    }

    public static List<StoredEvent> Read(SqliteConnection connection, long n, long after, int limit, bool lifecycleOnly)
    {
        var events = new List<StoredEvent>();
        var bytes = 0;
        using var rows = connection[lifecycleOnly ? ReadLifecycleSql : ReadSql].Add(Key(n, after)).Add(End(n)).Add(limit).Query();
        while (bytes < PageBytes && rows.Read())
        {
            var data = rows.Bytes(4).ToArray();
            bytes += data.Length;
            events.Add(new StoredEvent(rows.Int64(0) - Key(n, 0), TypeNames.Shared(rows.Bytes(1)), rows.Time(2), data, (EventKind)rows.Int32(3)));
        }

        return events;
    }

    /// <summary>Removes the whole log.</summary>
    public static void Delete(SqliteConnection connection, long n) => connection[DeleteSql].Add(Key(n, 0)).Add(End(n)).Run();

    /// <summary>Removes at most <paramref name="limit"/> chunks and says how many there were.</summary>
    public static int Trim(SqliteConnection connection, long n, int limit)
    {
        connection[TrimSql].Add(Key(n, 0)).Add(End(n)).Add(limit).Run();
        using var rows = connection[ChangesSql].Query();
        return rows.Read() ? rows.Int32(0) : 0;
    }

    static long Key(long n, long sequence) => (n << SequenceBits) + Math.Min(sequence, (1L << SequenceBits) - 1);

    static long End(long n) => (n + 1) << SequenceBits;
}
