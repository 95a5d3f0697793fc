using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage;

/// <summary>An event as it is in the log.</summary>
sealed record StoredEvent(long Sequence, string Type, DateTimeOffset Time, ReadOnlyMemory<byte> Data, EventKind Kind);
