using Tasklight.Server.Storage.Sqlite;

namespace Tasklight.Server.Tests.Storage;

static class OldDatabase
{
    // From this schema on, sub-tasks are rows of their own.
    const int SubTasksApart = 10;

    /// <summary>Makes at a path what would be there, had a program of this schema written what a newer database holds: all that it knew, in its tables.</summary>
    public static void Make(string path, string newer, int schema)
    {
        using var connection = SqliteConnection.Open(path, 1 << 20);
        Migrations.Run(connection, new SqliteOptions(path).Upgrades, schema);
        connection.Execute($"PRAGMA foreign_keys = OFF; ATTACH '{newer}' AS newer");
        foreach (var table in connection.TextScalar("SELECT group_concat(name) FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").Split(','))
        {
            var columns = connection.TextScalar($"SELECT group_concat(name) FROM pragma_table_info('{table}', 'main')");
            connection.Execute($"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}");
        }

        if (schema < SubTasksApart)
            PutSubTasksInside(connection);
    }

    static void PutSubTasksInside(SqliteConnection connection)
    {
        static string Ids(int finished) => $"(SELECT json_group_array(id) FROM (SELECT id FROM newer.sub_tasks s WHERE s.key >> 26 = tasks.n AND finished = {finished} ORDER BY s.key))";
        connection.Execute($"""
            UPDATE main.tasks SET overlay = CAST(json_set(coalesce(CAST(overlay AS TEXT), '{"{}"}'), '$.sub_executions', json({Ids(0)}), '$.finished_sub_executions', json({Ids(1)})) AS BLOB)
            WHERE n IN (SELECT key >> 26 FROM newer.sub_tasks)
            """);
    }
}
