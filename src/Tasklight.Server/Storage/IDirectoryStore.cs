namespace Tasklight.Server.Storage;

/// <summary>What changes rarely: organizations, keys, agents and files. Writes go through the same single writer as tasks.</summary>
interface IDirectoryStore
{
    /// <summary>Adds an organization; false when the id exists.</summary>
    ValueTask<bool> AddOrganizationAsync(StoredOrganization organization);
    ValueTask<StoredOrganization?> FindOrganizationAsync(string id, CancellationToken cancel = default);
    ValueTask<IReadOnlyList<StoredOrganization>> OrganizationsAsync(CancellationToken cancel = default);

    /// <summary>Adds a key; false when its hash or id exists.</summary>
    ValueTask<bool> AddKeyAsync(StoredKey key);
    ValueTask<StoredKey?> FindKeyAsync(string hash, CancellationToken cancel = default);
    ValueTask<IReadOnlyList<StoredKey>> KeysAsync(string organization, CancellationToken cancel = default);

    /// <summary>Removes a key; false when there is none of that id.</summary>
    ValueTask<bool> RemoveKeyAsync(string organization, string id);

    /// <summary>Notes last uses in one commit (hash → time).</summary>
    ValueTask TouchKeysAsync(IReadOnlyDictionary<string, DateTimeOffset> lastUsed);

    /// <summary>Inserts or replaces the agent's current state, and, when the version is new, its deployed document.</summary>
    ValueTask SaveAgentAsync(StoredAgent agent);
    ValueTask<StoredAgent?> FindAgentAsync(string organization, string id, CancellationToken cancel = default);

    /// <summary>A deployed version's document, or null.</summary>
    ValueTask<byte[]?> FindAgentVersionAsync(string organization, string id, int version, CancellationToken cancel = default);

    /// <summary>Agents in order of creation, newest first, and how many there are in all.</summary>
    ValueTask<(IReadOnlyList<StoredAgent> Items, int Total)> AgentsAsync(string organization, int offset, int limit, CancellationToken cancel = default);
    ValueTask<bool> RemoveAgentAsync(string organization, string id);

    ValueTask AddFileAsync(StoredFile file);
    ValueTask<StoredFile?> FindFileAsync(string organization, string id, CancellationToken cancel = default);
    ValueTask<bool> RemoveFileAsync(string organization, string id);
    ValueTask<IReadOnlyList<StoredFile>> ExpiredFilesAsync(DateTimeOffset now, int limit, CancellationToken cancel = default);

    /// <summary>An idempotency record of a route that does not change a task; null when the key is new (and is then stored with the answer given later by <see cref="SaveReplayAsync"/>).</summary>
    ValueTask<StoredReplay?> FindReplayAsync(string organization, string scope, string key, CancellationToken cancel = default);
    ValueTask SaveReplayAsync(StoredReplay replay);
}
