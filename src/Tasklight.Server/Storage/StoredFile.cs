namespace Tasklight.Server.Storage;

/// <summary>An uploaded file; its bytes are on disk under its id.</summary>
/// <param name="ExpiresAt">When the file may be removed; null keeps it.</param>
sealed record StoredFile(string Organization, string Id, string Name, string ContentType, long Size, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
