using System.Globalization;
using System.Reflection;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Brings a database to the program's schema: numbered scripts, forward only, each in a transaction of its own.</summary>
static class Migrations
{
    const string Folder = ".Storage.Sqlite.Migrations.";

    /// <summary>The schema of this program.</summary>
    public static int Latest => Scripts().Max(script => script.Number);

    /// <summary>The scripts' numbers.</summary>
    public static IEnumerable<int> Numbers => Scripts().Select(script => script.Number).Order();

    /// <summary>Runs the scripts that the database has not seen.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="upgrades">What is done behind a script, by its number.</param>
    /// <param name="upTo">The last script to run; all of them when it is left out.</param>
    /// <exception cref="StoreUnavailableException">The database was made by a newer program.</exception>
    public static void Run(SqliteConnection connection, IReadOnlyDictionary<int, Action<SqliteConnection>> upgrades, int upTo = int.MaxValue)
    {
        foreach (var (number, name) in Scripts().Where(script => script.Number <= upTo).OrderBy(script => script.Number))
        {
            connection.Execute("BEGIN EXCLUSIVE");
            if (connection.Scalar("PRAGMA user_version") < number)
            {
                connection.Execute(Read(name));
                if (upgrades.TryGetValue(number, out var upgrade))
                    upgrade(connection);
                connection.Execute($"PRAGMA user_version = {number}");
            }

            connection.Execute("COMMIT");
        }

        var found = connection.Scalar("PRAGMA user_version");
        if (found > Latest)
        {
            throw new StoreUnavailableException($"The store has schema {found}, this program knows {Latest}: it was written by a newer Tasklight. Start that one, or restore a backup.");
        }
    }

    static IEnumerable<(int Number, string Name)> Scripts() =>
        from name in Assembly.GetExecutingAssembly().GetManifestResourceNames()
        let at = name.IndexOf(Folder, StringComparison.Ordinal)
        where at >= 0
        select (int.Parse(name.AsSpan(at + Folder.Length, 4), CultureInfo.InvariantCulture), name);

    static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
