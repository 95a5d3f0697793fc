namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Organizations, keys, agents, files and worker sessions.</summary>
sealed partial class SqliteStore
{
    public ValueTask<bool> AddOrganizationAsync(StoredOrganization organization) => Writer.PutAsync(writer => DirectoryRows.AddOrganization(writer.Connection, organization));

    public ValueTask<StoredOrganization?> FindOrganizationAsync(string id, CancellationToken cancel = default) => new(Readers.Read(id, DirectoryRows.FindOrganization));

    public ValueTask<IReadOnlyList<StoredOrganization>> OrganizationsAsync(CancellationToken cancel = default) =>
        new(Readers.Read(0, static (connection, _) => DirectoryRows.Organizations(connection)));

    public ValueTask<bool> AddKeyAsync(StoredKey key) => Writer.PutAsync(writer => DirectoryRows.AddKey(writer.Connection, key));

    public ValueTask<StoredKey?> FindKeyAsync(string hash, CancellationToken cancel = default) => new(Readers.Read(hash, DirectoryRows.FindKey));

    public ValueTask<IReadOnlyList<StoredKey>> KeysAsync(string organization, CancellationToken cancel = default) => new(Readers.Read(organization, DirectoryRows.Keys));

    public ValueTask<bool> RemoveKeyAsync(string organization, string id) => Writer.PutAsync(writer => DirectoryRows.RemoveKey(writer.Connection, organization, id));

    public ValueTask TouchKeysAsync(IReadOnlyDictionary<string, DateTimeOffset> lastUsed) => WriteAsync(writer => DirectoryRows.TouchKeys(writer.Connection, lastUsed));

    public ValueTask SaveAgentAsync(StoredAgent agent) => WriteAsync(writer =>
    {
        DirectoryRows.SaveAgent(writer.Connection, agent);
        writer.Claims.Forget();
    });

    public ValueTask<StoredAgent?> FindAgentAsync(string organization, string id, CancellationToken cancel = default) =>
        new(Readers.Read((organization, id), static (connection, key) => DirectoryRows.FindAgent(connection, key.organization, key.id)));

    public ValueTask<byte[]?> FindAgentVersionAsync(string organization, string id, int version, CancellationToken cancel = default) =>
        new(Readers.Read((organization, id, version), static (connection, key) => DirectoryRows.FindAgentVersion(connection, key.organization, key.id, key.version)));

    public ValueTask<(IReadOnlyList<StoredAgent> Items, int Total)> AgentsAsync(string organization, int offset, int limit, CancellationToken cancel = default) =>
        new(Readers.Read((organization, offset, limit), static (connection, ask) => DirectoryRows.Agents(connection, ask.organization, ask.offset, ask.limit)));

    public ValueTask<bool> RemoveAgentAsync(string organization, string id) => Writer.PutAsync(writer =>
    {
        writer.Claims.Forget();
        LoginRows.ForgetAgent(writer.Connection, organization, id);
        return DirectoryRows.RemoveAgent(writer.Connection, organization, id);
    });

    public ValueTask AddFileAsync(StoredFile file) => WriteAsync(writer => DirectoryRows.AddFile(writer.Connection, file));

    public ValueTask<StoredFile?> FindFileAsync(string organization, string id, CancellationToken cancel = default) =>
        new(Readers.Read((organization, id), static (connection, key) => DirectoryRows.FindFile(connection, key.organization, key.id)));

    public ValueTask<bool> RemoveFileAsync(string organization, string id) => Writer.PutAsync(writer => DirectoryRows.RemoveFile(writer.Connection, organization, id));

    public ValueTask<IReadOnlyList<StoredFile>> ExpiredFilesAsync(DateTimeOffset now, int limit, CancellationToken cancel = default) =>
        new(Readers.Read((now, limit), static (connection, ask) => DirectoryRows.ExpiredFiles(connection, ask.now, ask.limit)));

    public ValueTask<StoredReplay?> FindReplayAsync(string organization, string scope, string key, CancellationToken cancel = default) =>
        new(Readers.Read((organization, scope, key, now: _time.GetUtcNow()), static (connection, ask) => Replays.FindAnswer(connection, ask.organization, ask.scope, ask.key, ask.now)));

    public ValueTask SaveReplayAsync(StoredReplay replay) => WriteAsync(writer => Replays.SaveAnswer(writer.Connection, replay));

    public ValueTask SaveSessionAsync(StoredSession session) => WriteAsync(writer => SessionRows.Save(writer.Connection, session));

    public ValueTask RemoveSessionAsync(string organization, string id) => WriteAsync(writer => SessionRows.Remove(writer.Connection, organization, id));

    public ValueTask<IReadOnlyList<(StoredSession Session, int Runs)>> SessionsAsync(CancellationToken cancel = default) =>
        new(Readers.Read(0, static (connection, _) => SessionRows.All(connection)));

    /// <summary>Does something in one of the writer's commits.</summary>
    internal async ValueTask WriteAsync(Action<SqliteWriter> action) => await Writer.PutAsync(writer =>
    {
        action(writer);
        return true;
    });
}
