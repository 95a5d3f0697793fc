using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage;

/// <summary>One committed change, as listeners hear of it.</summary>
/// <param name="Before">Null when the task was created.</param>
/// <param name="After">Null when it was deleted.</param>
sealed record TaskChange(TaskRecord? Before, TaskRecord? After)
{
    public TaskRecord Either => After ?? Before!;
}
