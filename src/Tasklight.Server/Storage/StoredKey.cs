namespace Tasklight.Server.Storage;

/// <summary>An API key.</summary>
/// <param name="Hash">Hex SHA-256 of the key; the key itself is never stored.</param>
/// <param name="Scopes">The number of <see cref="Access.Scope"/>.</param>
sealed record StoredKey(string Organization, string Id, string Name, string Hash, string Prefix, int Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);
