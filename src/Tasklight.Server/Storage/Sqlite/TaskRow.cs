using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>A task as its row says.</summary>
/// <param name="N">The row's number: order of creation, high part of the event keys.</param>
/// <param name="HasChunks">True when the log may hold chunks, which are trimmed after the end.</param>
readonly record struct TaskRow(long N, TaskRecord Record, bool HasChunks);
