using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// The ids in a task's <c>sub_executions</c> and <c>finished_sub_executions</c>, a row each: a task may have thousands, and in its own row all of them would
/// be written anew with each that begins or ends. A key is the task's row number and a place in one integer, as in <see cref="EventRows"/>; places rise.
/// </summary>
static class SubTaskRows
{
    const int PlaceBits = 26;

    const string AddSql = "INSERT INTO sub_tasks (key, finished, id) SELECT coalesce(max(key), ?) + 1, ?, ? FROM sub_tasks WHERE key > ? AND key < ?";
    const string RemoveSql = "DELETE FROM sub_tasks WHERE key > ? AND key < ? AND finished = ? AND id = ?";
    const string ReadSql = "SELECT finished, id FROM sub_tasks WHERE key > ? AND key < ? ORDER BY key";
    const string DeleteSql = "DELETE FROM sub_tasks WHERE key > ? AND key < ?";

    /// <summary>Writes what changed between the two states of one task.</summary>
    /// <param name="n">The task's row number.</param>
    public static void Write(SqliteConnection connection, long n, AgentTaskFields before, AgentTaskFields after)
    {
        Write(connection, n, before.SubExecutions, after.SubExecutions, finished: false);
        Write(connection, n, before.FinishedSubExecutions, after.FinishedSubExecutions, finished: true);
    }

    /// <summary>Reads both lists into the fields.</summary>
    public static void Read(SqliteConnection connection, long n, AgentTaskFields fields)
    {
        var (all, finished) = (new List<string>(), new List<string>());
        using var rows = connection[ReadSql].Add(First(n)).Add(First(n + 1)).Query();
        while (rows.Read())
            (rows.Bool(0) ? finished : all).Add(rows.Text(1));
        (fields.SubExecutions, fields.FinishedSubExecutions) = (all, finished);
    }

    /// <summary>Removes both lists.</summary>
    public static void Delete(SqliteConnection connection, long n) => connection[DeleteSql].Add(First(n)).Add(First(n + 1)).Run();

    static void Write(SqliteConnection connection, long n, IReadOnlyList<string> before, IReadOnlyList<string> after, bool finished)
    {
        if (ReferenceEquals(before, after))
            return;
        var change = IdListChange.Of(before, after);
        foreach (var id in change.Removed)
            connection[RemoveSql].Add(First(n)).Add(First(n + 1)).Add(finished).Add(id).Run();
        foreach (var id in change.Added)
            connection[AddSql].Add(First(n)).Add(finished).Add(id).Add(First(n)).Add(First(n + 1)).Run();
    }

    static long First(long n) => n << PlaceBits;
}
