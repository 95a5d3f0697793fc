using Tasklight.Server.Storage.Sqlite;

namespace Tasklight.Server.Tests.Storage;

static class OldDatabase
{
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
    }
}
