namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Logins to MCP servers, attempts at them, and registrations at authorization servers.</summary>
static class LoginRows
{
    const string OfLogin = " WHERE organization_id = ? AND agent_id = ? AND user_id = ? AND server = ?";

    const string InsertAttempt =
        "INSERT INTO login_attempts (organization_id, agent_id, user_id, server, id, created_at, expires_at, state, problem, secrets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    const string AttemptColumns = "organization_id, agent_id, user_id, server, id, created_at, expires_at, state, problem, secrets";
    const string SelectAttempt = "SELECT " + AttemptColumns + " FROM login_attempts WHERE organization_id = ? AND id = ?";
    const string SelectLatest = "SELECT " + AttemptColumns + " FROM login_attempts" + OfLogin + " ORDER BY created_at DESC LIMIT 1";
    const string TakeAttempt = "UPDATE login_attempts SET state = 1, secrets = NULL WHERE organization_id = ? AND id = ? AND state = 0";
    const string FailAttempt = "UPDATE login_attempts SET state = 2, problem = ? WHERE organization_id = ? AND id = ? AND state = 1";
    const string FinishAttempts = "UPDATE login_attempts SET state = 3, secrets = NULL, problem = NULL" + OfLogin + " AND state <> 3 RETURNING id";

    const string TrimAttempts =
        "DELETE FROM login_attempts WHERE (organization_id, id) IN (SELECT organization_id, id FROM login_attempts INDEXED BY login_attempts_by_age WHERE created_at < ? ORDER BY created_at LIMIT ?)";

    const string UpsertLogin =
        "INSERT INTO logins (organization_id, agent_id, user_id, server, version, updated_at, secrets) VALUES (?, ?, ?, ?, 1, ?, ?) "
        + "ON CONFLICT DO UPDATE SET version = version + 1, updated_at = excluded.updated_at, secrets = excluded.secrets";

    const string SelectLogin = "SELECT version, updated_at, secrets FROM logins" + OfLogin;
    const string RenewLogin = "UPDATE logins SET version = version + 1, updated_at = ?, secrets = ?" + OfLogin + " AND version = ?";
    const string DeleteLogin = "DELETE FROM logins" + OfLogin + " AND version = ?";
    const string DeleteOfAgent = "DELETE FROM logins WHERE organization_id = ? AND agent_id = ?";

    const string UpsertClient = "INSERT OR REPLACE INTO oauth_clients (organization_id, issuer, redirect_uri, created_at, secrets) VALUES (?, ?, ?, ?, ?)";
    const string SelectClient = "SELECT created_at, secrets FROM oauth_clients WHERE organization_id = ? AND issuer = ? AND redirect_uri = ?";
    const string DeleteClient = "DELETE FROM oauth_clients WHERE organization_id = ? AND issuer = ? AND redirect_uri = ?";

    const string Changes = "SELECT changes()";

    public static void AddAttempt(SqliteConnection connection, StoredLoginAttempt attempt) => connection[InsertAttempt].Add(attempt.Key)
        .Add(attempt.Id).Add(attempt.CreatedAt).Add(attempt.ExpiresAt).Add((long)attempt.State).Add(attempt.Problem).Add(attempt.Secrets).Run();

    public static StoredLoginAttempt? FindAttempt(SqliteConnection connection, string organization, string id)
    {
        using var row = connection[SelectAttempt].Add(organization).Add(id).Query();
        return row.Read() ? Attempt(row) : null;
    }

    public static StoredLoginAttempt? LatestAttempt(SqliteConnection connection, LoginKey key)
    {
        using var row = connection[SelectLatest].Add(key).Query();
        return row.Read() ? Attempt(row) : null;
    }

    public static StoredLoginAttempt? Take(SqliteConnection connection, string organization, string id, DateTimeOffset now)
    {
        if (FindAttempt(connection, organization, id) is not { State: LoginAttemptState.Open } attempt || attempt.ExpiresAt <= now)
            return null;
        connection[TakeAttempt].Add(organization).Add(id).Run();
        return attempt with { State = LoginAttemptState.Taken };
    }

    public static void Fail(SqliteConnection connection, string organization, string id, string problem) =>
        connection[FailAttempt].Add(problem).Add(organization).Add(id).Run();

    public static List<string> Finish(SqliteConnection connection, LoginKey key, DateTimeOffset now, byte[] secrets)
    {
        connection[UpsertLogin].Add(key).Add(now).AddBlob(secrets).Run();
        var done = new List<string>();
        using var rows = connection[FinishAttempts].Add(key).Query();
        while (rows.Read())
            done.Add(rows.Text(0));
        return done;
    }

    public static int Trim(SqliteConnection connection, DateTimeOffset createdBefore, int limit)
    {
        connection[TrimAttempts].Add(createdBefore).Add(limit).Run();
        return Changed(connection);
    }

    public static StoredLogin? FindLogin(SqliteConnection connection, LoginKey key)
    {
        using var row = connection[SelectLogin].Add(key).Query();
        return row.Read() ? new(key, row.Int32(0), row.Time(1), row.BlobOrNull(2)!) : null;
    }

    public static bool Renew(SqliteConnection connection, StoredLogin login, byte[] secrets, DateTimeOffset now)
    {
        connection[RenewLogin].Add(now).AddBlob(secrets).Add(login.Key).Add(login.Version).Run();
        return Changed(connection) > 0;
    }

    public static bool Forget(SqliteConnection connection, StoredLogin login)
    {
        connection[DeleteLogin].Add(login.Key).Add(login.Version).Run();
        return Changed(connection) > 0;
    }

    public static void ForgetAgent(SqliteConnection connection, string organization, string agentId) => connection[DeleteOfAgent].Add(organization).Add(agentId).Run();

    public static void SaveClient(SqliteConnection connection, StoredOAuthClient client) =>
        connection[UpsertClient].Add(client.Organization).Add(client.Issuer).Add(client.RedirectUri).Add(client.CreatedAt).AddBlob(client.Secrets).Run();

    public static StoredOAuthClient? FindClient(SqliteConnection connection, string organization, string issuer, string redirectUri)
    {
        using var row = connection[SelectClient].Add(organization).Add(issuer).Add(redirectUri).Query();
        return row.Read() ? new(organization, issuer, redirectUri, row.Time(0), row.BlobOrNull(1)!) : null;
    }

    public static void RemoveClient(SqliteConnection connection, string organization, string issuer, string redirectUri) =>
        connection[DeleteClient].Add(organization).Add(issuer).Add(redirectUri).Run();

    static Statement Add(this Statement statement, LoginKey key) => statement.Add(key.Organization).Add(key.AgentId).Add(key.UserId).Add(key.Server);

    static StoredLoginAttempt Attempt(in Statement.Rows row) =>
        new(new(row.Text(0), row.Text(1), row.Text(2), row.Text(3)), row.Text(4), row.Time(5), row.Time(6), row.BlobOrNull(9))
        {
            State = (LoginAttemptState)row.Int32(7),
            Problem = row.TextOrNull(8),
        };

    static int Changed(SqliteConnection connection)
    {
        using var row = connection[Changes].Query();
        return row.Read() ? row.Int32(0) : 0;
    }
}
