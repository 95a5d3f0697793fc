namespace Tasklight.Server.Storage;

sealed record StoredOrganization(string Id, string Name, DateTimeOffset CreatedAt);
