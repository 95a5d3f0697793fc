namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Idempotency records (contract: extensions §2): of commands, which name their task, and of other routes, which keep their answer.</summary>
static class Replays
{
    /// <summary>How long a key is known.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    const string FindSql =
        "SELECT body_hash, created_at, task_id, answer_status, answer FROM replays WHERE organization_id = ? AND scope = ? AND key = ? AND created_at > ?";

    const string SaveSql =
        "INSERT OR REPLACE INTO replays (organization_id, scope, key, body_hash, created_at, task_id, answer_status, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

    const string PruneSql =
        "DELETE FROM replays WHERE (organization_id, scope, key) IN (SELECT organization_id, scope, key FROM replays INDEXED BY replays_by_age WHERE created_at <= ? LIMIT ?)";

    /// <summary>The task and the body hash that a command's key was first used with; null when the key is new or too old.</summary>
    public static (string TaskId, string BodyHash)? FindTask(SqliteConnection connection, string organization, string scope, string key, DateTimeOffset now)
    {
        using var row = connection[FindSql].Add(organization).Add(scope).Add(key).Add(now - Kept).Query();
        return row.Read() && !row.IsNull(2) ? (row.Text(2), row.Text(0)) : null;
    }

    public static StoredReplay? FindAnswer(SqliteConnection connection, string organization, string scope, string key, DateTimeOffset now)
    {
        using var row = connection[FindSql].Add(organization).Add(scope).Add(key).Add(now - Kept).Query();
        return row.Read() && row.IsNull(2) ? new StoredReplay(organization, scope, key, row.Text(0), row.Int32(3), row.BlobOrNull(4)!, row.Time(1)) : null;
    }

    public static void SaveTask(SqliteConnection connection, string organization, string scope, string key, string bodyHash, string taskId, DateTimeOffset now) =>
        connection[SaveSql].Add(organization).Add(scope).Add(key).Add(bodyHash).Add(now).Add(taskId).AddNull().AddNull().Run();

    public static void SaveAnswer(SqliteConnection connection, StoredReplay replay) =>
        connection[SaveSql].Add(replay.Organization).Add(replay.Scope).Add(replay.Key).Add(replay.BodyHash).Add(replay.CreatedAt)
            .AddNull().Add(replay.Status).Add(replay.Answer).Run();

    public static void Prune(SqliteConnection connection, DateTimeOffset now, int limit) => connection[PruneSql].Add(now - Kept).Add(limit).Run();
}
