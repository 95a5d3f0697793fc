namespace Tasklight.Server.Storage;

/// <summary>A step of a session as it is stored.</summary>
/// <param name="Data">UTF-8 JSON.</param>
sealed record StoredStep(int Number, string Kind, ReadOnlyMemory<byte> Data, DateTimeOffset CreatedAt);
