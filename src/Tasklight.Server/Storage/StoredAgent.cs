namespace Tasklight.Server.Storage;

/// <summary>An agent: its draft, and the version that tasks run with.</summary>
/// <param name="Version">The last deployed version, 0 before the first deploy.</param>
/// <param name="Draft">UTF-8 JSON of the whole agent as edited, secrets sealed.</param>
/// <param name="Deployed">UTF-8 JSON of the deployed version; null before the first deploy.</param>
sealed record StoredAgent(string Organization, string Id, string Name, int Version, byte[] Draft, byte[]? Deployed, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
