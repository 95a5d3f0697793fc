namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Worker sessions.</summary>
static class SessionRows
{
    const string Upsert =
        "INSERT OR REPLACE INTO sessions (organization_id, id, agent_id, key_id, address, instance, environment, slots, opened_at, unattributed_ends) "
        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    const string Delete = "DELETE FROM sessions WHERE organization_id = ? AND id = ?";

    const string SelectAll =
        "SELECT s.organization_id, s.id, s.agent_id, s.key_id, s.address, s.instance, s.environment, s.slots, s.opened_at, s.unattributed_ends, "
        + "(SELECT count(*) FROM tasks t INDEXED BY tasks_by_session WHERE t.organization_id = s.organization_id AND t.run_session = s.id) "
        + "FROM sessions s ORDER BY s.opened_at, s.id";

    public static void Save(SqliteConnection connection, StoredSession session) =>
        connection[Upsert].Add(session.Organization).Add(session.Id).Add(session.AgentId).Add(session.KeyId).Add(session.Address).Add(session.Instance)
            .Add(session.Environment).Add(session.Slots).Add(session.OpenedAt).Add(session.UnattributedEnds).Run();

    public static void Remove(SqliteConnection connection, string organization, string id) => connection[Delete].Add(organization).Add(id).Run();

    public static List<(StoredSession Session, int Runs)> All(SqliteConnection connection)
    {
        var found = new List<(StoredSession, int)>();
        using var rows = connection[SelectAll].Query();
        while (rows.Read())
        {
            var session = new StoredSession
            {
                Organization = rows.Text(0),
                Id = rows.Text(1),
                AgentId = rows.Text(2),
                KeyId = rows.Text(3),
                Address = rows.Text(4),
                Instance = rows.TextOrNull(5),
                Environment = rows.Text(6),
                Slots = rows.Int32(7),
                OpenedAt = rows.Time(8),
                UnattributedEnds = rows.Int32(9),
            };
            found.Add((session, rows.Int32(10)));
        }

        return found;
    }
}
