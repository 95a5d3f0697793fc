using System.Diagnostics;
using System.Text;
using Tasklight.Bench.Measure;

namespace Tasklight.Bench.Limits;

/// <summary>
/// What SQLite itself gives one writer with group commit, WAL and synchronous=FULL: rows of about 500 bytes with a primary key and two indexes,
/// and a row of 120 bytes in a log beside each write.
/// </summary>
static class SqliteCeiling
{
    static readonly byte[] Agent = "agent-1"u8.ToArray();
    static readonly byte[] Body = Encoding.ASCII.GetBytes(new string('x', 480));
    static readonly byte[] Event = Encoding.ASCII.GetBytes(new string('y', 120));

    static readonly string[] Schema =
    [
        "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=4000",
        "CREATE TABLE tasks(id TEXT PRIMARY KEY, agent TEXT NOT NULL, status INTEGER NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL, result TEXT) WITHOUT ROWID",
        "CREATE INDEX tasks_of_agent ON tasks(agent, created DESC)", "CREATE INDEX tasks_open ON tasks(status, created) WHERE status < 2",
        "CREATE TABLE events(sequence INTEGER PRIMARY KEY, task TEXT NOT NULL, type INTEGER NOT NULL, body TEXT NOT NULL)",
    ];

    /// <summary>Writes into a fresh database for so long.</summary>
    /// <param name="wholeLife">Three commits a task (insert, start, finish) instead of the insert alone.</param>
    /// <param name="group">Tasks in one commit.</param>
    public static Figure Run(string directory, string name, bool wholeLife, int group, TimeSpan time)
    {
        var path = Path.Combine(directory, "ceiling.db");
        foreach (var file in Directory.EnumerateFiles(directory, "ceiling.db*")) File.Delete(file);
        using var database = new Sqlite(path);
        foreach (var sql in Schema) database.Execute(sql);
        using var insert = database.Prepare("INSERT INTO tasks VALUES(?,?,0,?,?,NULL)");
        using var log = database.Prepare("INSERT INTO events(task,type,body) VALUES(?,1,?)");
        using var start = database.Prepare("UPDATE tasks SET status=1 WHERE id=? AND status=0");
        using var finish = database.Prepare("UPDATE tasks SET status=2, result=? WHERE id=? AND status=1");
        using var begin = database.Prepare("BEGIN IMMEDIATE");
        using var commit = database.Prepare("COMMIT");

        var (latencies, measurement, ids, count) = (new Latencies(), new Measurement(0), new byte[group][], 0L);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < time)
        {
            for (var i = 0; i < group; i++) ids[i] = Encoding.ASCII.GetBytes(Guid.CreateVersion7().ToString("N"));
            Commit(id => insert.Text(1, id).Text(2, Agent).Number(3, count++).Text(4, Body).Run());
            if (!wholeLife) continue;
            Commit(id => start.Text(1, id).Run());
            Commit(id => finish.Text(1, Event).Text(2, id).Run());
        }

        return measurement.Rate(name, count, watch.Elapsed, new Tally(), latencies);

        void Commit(Action<byte[]> change)
        {
            var from = Stopwatch.GetTimestamp();
            begin.Run();
            foreach (var id in ids)
            {
                change(id);
                log.Text(1, id).Text(2, Event).Run();
            }

            commit.Run();
            latencies.Since(from);
        }
    }
}
