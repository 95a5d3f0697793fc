using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Dispatch;

/// <summary>A run of a session at one moment.</summary>
readonly record struct SessionRunView(string TaskId, TaskRunState State, DateTimeOffset Since, string? User, bool WaitsForSubTasks);
