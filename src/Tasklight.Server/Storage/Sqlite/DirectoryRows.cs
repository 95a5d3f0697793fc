namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Organizations, keys, agents and files. Agents and files of one organization are never found by another.</summary>
static class DirectoryRows
{
    const string InsertOrganization = "INSERT INTO organizations (id, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    const string SelectOrganizations = "SELECT id, name, created_at FROM organizations ORDER BY created_at, id";
    const string SelectOrganization = "SELECT id, name, created_at FROM organizations WHERE id = ?";

    const string InsertKey =
        "INSERT INTO api_keys (organization_id, id, name, hash, prefix, scopes, created_at, expires_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

    const string KeyColumns = "SELECT organization_id, id, name, hash, prefix, scopes, created_at, expires_at, last_used_at FROM api_keys";
    const string SelectKey = KeyColumns + " WHERE hash = ?";
    const string SelectKeys = KeyColumns + " WHERE organization_id = ? ORDER BY created_at, id";
    const string DeleteKey = "DELETE FROM api_keys WHERE organization_id = ? AND id = ?";
    const string TouchKey = "UPDATE api_keys SET last_used_at = ? WHERE hash = ? AND (last_used_at IS NULL OR last_used_at < ?)";

    const string UpsertAgent =
        "INSERT INTO agents (organization_id, id, name, version, created_at, updated_at, draft) VALUES (?, ?, ?, ?, ?, ?, ?) "
        + "ON CONFLICT (organization_id, id) DO UPDATE SET name = excluded.name, version = excluded.version, updated_at = excluded.updated_at, draft = excluded.draft";

    const string InsertVersion = "INSERT INTO agent_versions (organization_id, agent_id, version, document) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";

    const string AgentColumns =
        "SELECT a.organization_id, a.id, a.name, a.version, a.draft, v.document, a.created_at, a.updated_at FROM agents a "
        + "LEFT JOIN agent_versions v ON v.organization_id = a.organization_id AND v.agent_id = a.id AND v.version = a.version WHERE a.organization_id = ?";

    const string SelectAgent = AgentColumns + " AND a.id = ?";
    const string SelectAgents = AgentColumns + " ORDER BY a.created_at DESC, a.n DESC LIMIT ? OFFSET ?";
    const string CountAgents = "SELECT count(*) FROM agents WHERE organization_id = ?";
    const string SelectVersion = "SELECT document FROM agent_versions WHERE organization_id = ? AND agent_id = ? AND version = ?";
    const string DeleteAgent = "DELETE FROM agents WHERE organization_id = ? AND id = ?";

    const string UpsertFile = "INSERT OR REPLACE INTO files (organization_id, id, name, content_type, size, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    const string FileColumns = "SELECT organization_id, id, name, content_type, size, created_at, expires_at FROM files";
    const string SelectFile = FileColumns + " WHERE organization_id = ? AND id = ?";
    const string SelectExpired = FileColumns + " INDEXED BY files_by_expiry WHERE expires_at <= ? ORDER BY expires_at LIMIT ?";
    const string DeleteFile = "DELETE FROM files WHERE organization_id = ? AND id = ?";

    const string Changes = "SELECT changes()";

    public static bool AddOrganization(SqliteConnection connection, StoredOrganization organization)
    {
        connection[InsertOrganization].Add(organization.Id).Add(organization.Name).Add(organization.CreatedAt).Run();
        return HasChanged(connection);
    }

    public static StoredOrganization? FindOrganization(SqliteConnection connection, string id)
    {
        using var row = connection[SelectOrganization].Add(id).Query();
        return row.Read() ? Organization(row) : null;
    }

    public static List<StoredOrganization> Organizations(SqliteConnection connection)
    {
        var found = new List<StoredOrganization>();
        using var rows = connection[SelectOrganizations].Query();
        while (rows.Read())
            found.Add(Organization(rows));
        return found;
    }

    public static bool AddKey(SqliteConnection connection, StoredKey key)
    {
        connection[InsertKey].Add(key.Organization).Add(key.Id).Add(key.Name).Add(key.Hash).Add(key.Prefix).Add(key.Scopes)
            .Add(key.CreatedAt).Add(key.ExpiresAt).Add(key.LastUsedAt).Run();
        return HasChanged(connection);
    }

    public static StoredKey? FindKey(SqliteConnection connection, string hash)
    {
        using var row = connection[SelectKey].Add(hash).Query();
        return row.Read() ? Key(row) : null;
    }

    public static List<StoredKey> Keys(SqliteConnection connection, string organization)
    {
        var found = new List<StoredKey>();
        using var rows = connection[SelectKeys].Add(organization).Query();
        while (rows.Read())
            found.Add(Key(rows));
        return found;
    }

    public static bool RemoveKey(SqliteConnection connection, string organization, string id)
    {
        connection[DeleteKey].Add(organization).Add(id).Run();
        return HasChanged(connection);
    }

    public static void TouchKeys(SqliteConnection connection, IReadOnlyDictionary<string, DateTimeOffset> lastUsed)
    {
        foreach (var (hash, time) in lastUsed)
            connection[TouchKey].Add(time).Add(hash).Add(time).Run();
    }

    public static void SaveAgent(SqliteConnection connection, StoredAgent agent)
    {
        connection[UpsertAgent].Add(agent.Organization).Add(agent.Id).Add(agent.Name).Add(agent.Version).Add(agent.CreatedAt).Add(agent.UpdatedAt).AddBlob(agent.Draft).Run();
        if (agent.Deployed is { } document)
            connection[InsertVersion].Add(agent.Organization).Add(agent.Id).Add(agent.Version).AddBlob(document).Run();
    }

    public static StoredAgent? FindAgent(SqliteConnection connection, string organization, string id)
    {
        using var row = connection[SelectAgent].Add(organization).Add(id).Query();
        return row.Read() ? Agent(row) : null;
    }

    public static byte[]? FindAgentVersion(SqliteConnection connection, string organization, string id, int version)
    {
        using var row = connection[SelectVersion].Add(organization).Add(id).Add(version).Query();
        return row.Read() ? row.BlobOrNull(0) : null;
    }

    public static (IReadOnlyList<StoredAgent> Items, int Total) Agents(SqliteConnection connection, string organization, int offset, int limit)
    {
        var found = new List<StoredAgent>();
        using (var rows = connection[SelectAgents].Add(organization).Add(limit).Add(offset).Query())
        {
            while (rows.Read())
                found.Add(Agent(rows));
        }

        using var count = connection[CountAgents].Add(organization).Query();
        return (found, count.Read() ? count.Int32(0) : 0);
    }

    public static bool RemoveAgent(SqliteConnection connection, string organization, string id)
    {
        connection[DeleteAgent].Add(organization).Add(id).Run();
        return HasChanged(connection);
    }

    public static void AddFile(SqliteConnection connection, StoredFile file) =>
        connection[UpsertFile].Add(file.Organization).Add(file.Id).Add(file.Name).Add(file.ContentType).Add(file.Size).Add(file.CreatedAt).Add(file.ExpiresAt).Run();

    public static StoredFile? FindFile(SqliteConnection connection, string organization, string id)
    {
        using var row = connection[SelectFile].Add(organization).Add(id).Query();
        return row.Read() ? File(row) : null;
    }

    public static List<StoredFile> ExpiredFiles(SqliteConnection connection, DateTimeOffset now, int limit)
    {
        var found = new List<StoredFile>();
        using var rows = connection[SelectExpired].Add(now).Add(limit).Query();
        while (rows.Read())
            found.Add(File(rows));
        return found;
    }

    public static bool RemoveFile(SqliteConnection connection, string organization, string id)
    {
        connection[DeleteFile].Add(organization).Add(id).Run();
        return HasChanged(connection);
    }

    static StoredOrganization Organization(in Statement.Rows row) => new(row.Text(0), row.Text(1), row.Time(2));

    static StoredKey Key(in Statement.Rows row) =>
        new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Int32(5), row.Time(6), row.TimeOrNull(7), row.TimeOrNull(8));

    static StoredAgent Agent(in Statement.Rows row) =>
        new(row.Text(0), row.Text(1), row.Text(2), row.Int32(3), row.BlobOrNull(4)!, row.BlobOrNull(5), row.Time(6), row.Time(7));

    static StoredFile File(in Statement.Rows row) =>
        new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Int64(4), row.Time(5), row.TimeOrNull(6));

    static bool HasChanged(SqliteConnection connection)
    {
        using var row = connection[Changes].Query();
        return row.Read() && row.Int32(0) > 0;
    }
}
