namespace Tasklight.Server.Lifecycle;

/// <summary>Defaults and limits of the options of a task (contract: extensions §1).</summary>
static class TaskDefaults
{
    public const int MaxAttempts = 3;
    public const int MaxAttemptsLimit = 10;
    public const int MaxRunSeconds = 86_400;
    public const int LongestWork = int.MaxValue;
    public const int PriorityLimit = 100;
    public const int InternalStatusLength = 255;

    /// <summary>
    /// An offer that no save confirms within this time is made again: the frame, or the first save, was lost. As long as an open session may
    /// be silent, so that a worker whose event loop is blocked is not taken for one that never got the task.
    /// </summary>
    public static readonly TimeSpan OfferConfirmation = TimeSpan.FromSeconds(30);

    /// <summary>Past this long without a confirmation a stop counts as not confirmed.</summary>
    public static readonly TimeSpan StopConfirmation = TimeSpan.FromSeconds(30);
}
