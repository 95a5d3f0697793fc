namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Removes chunks of tasks that ended long ago; everything else of a log stays as long as its task.</summary>
static class ChunkTrim
{
    /// <summary>Removes at most <paramref name="limit"/> chunks and says how many there were.</summary>
    public static int Run(SqliteWriter writer, DateTimeOffset endedBefore, int limit)
    {
        var removed = 0;
        while (removed < limit && Next(writer, endedBefore) is { } found)
        {
            var count = EventRows.Trim(writer.Connection, found.N, limit - removed);
            removed += count;
            writer.Tasks.Trimmed(found.Key, isWhole: removed < limit);
        }

        return removed;
    }

    static (long N, TaskKey Key)? Next(SqliteWriter writer, DateTimeOffset endedBefore)
    {
        writer.Tasks.Flush();
        using var rows = writer.Connection[TaskSql.ToTrim].Add(endedBefore).Query();
        return rows.Read() ? (rows.Int64(0), new TaskKey(rows.Text(1), rows.Text(2))) : null;
    }
}
