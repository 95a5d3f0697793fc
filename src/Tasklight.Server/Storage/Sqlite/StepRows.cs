using System.Collections.Immutable;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Steps of sessions. A key is the task's row number and the step's number in one integer, as in <see cref="EventRows"/>.</summary>
static class StepRows
{
    const int NumberBits = 26;

    // A page of very large steps ends here, so that one reader costs bounded memory.
    const int PageBytes = 8 * 1024 * 1024;

    const string InsertSql = "INSERT INTO session_steps (key, kind, created_at, data) VALUES (?, ?, ?, ?)";
    const string ReadSql = "SELECT key, kind, created_at, data FROM session_steps WHERE key > ? AND key < ? ORDER BY key";
    const string DeleteSql = "DELETE FROM session_steps WHERE key > ? AND key < ?";

    /// <summary>Appends steps of one task.</summary>
    /// <param name="n">The task's row number.</param>
    public static void Insert(SqliteConnection connection, long n, IReadOnlyList<StoredStep> steps, int first)
    {
        var statement = connection[InsertSql];
        for (var i = first; i < steps.Count; i++)
            statement.Add(Key(n, steps[i].Number)).Add(steps[i].Kind).Add(steps[i].CreatedAt).AddBlob(steps[i].Data.Span).Run();
    }

    /// <summary>A page of steps with a number above <paramref name="after"/>.</summary>
    public static List<StoredStep> Read(SqliteConnection connection, long n, int after)
    {
        var steps = new List<StoredStep>();
        var bytes = 0;
        using var rows = connection[ReadSql].Add(Key(n, after)).Add(End(n)).Query();
        while (bytes < PageBytes && rows.Read())
        {
            steps.Add(new StoredStep((int)(rows.Int64(0) - Key(n, 0)), rows.Text(1), rows.Bytes(3).ToArray(), rows.Time(2)));
            bytes += steps[^1].Data.Length;
        }

        return steps;
    }

    /// <summary>At most <paramref name="count"/> steps with a number above <paramref name="after"/>, whatever their size.</summary>
    public static ImmutableArray<SessionDraft> ReadDrafts(SqliteConnection connection, long n, int after, int count)
    {
        var steps = ImmutableArray.CreateBuilder<SessionDraft>();
        using var rows = connection[ReadSql].Add(Key(n, after)).Add(End(n)).Query();
        while (steps.Count < count && rows.Read())
            steps.Add(new SessionDraft((int)(rows.Int64(0) - Key(n, 0)), rows.Text(1), rows.Bytes(3).ToArray()));
        return steps.DrainToImmutable();
    }

    /// <summary>Removes the whole session.</summary>
    public static void Delete(SqliteConnection connection, long n) => connection[DeleteSql].Add(Key(n, 0)).Add(End(n)).Run();

    static long Key(long n, long number) => (n << NumberBits) + Math.Min(number, (1L << NumberBits) - 1);

    static long End(long n) => (n + 1) << NumberBits;
}
