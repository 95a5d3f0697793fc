namespace Tasklight.Server.Storage;

sealed record StoredReplay(string Organization, string Scope, string Key, string BodyHash, int Status, byte[] Answer, DateTimeOffset CreatedAt);
