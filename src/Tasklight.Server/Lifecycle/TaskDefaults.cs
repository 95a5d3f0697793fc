namespace Tasklight.Server.Lifecycle;

/// <summary>Defaults and limits of the options of a task (contract: extensions §1).</summary>
static class TaskDefaults
{
    public const int MaxAttempts = 3;
    public const int MaxAttemptsLimit = 10;
    public const int MaxRunSeconds = 86_400;
    public const int PriorityLimit = 100;
    public const int InternalStatusLength = 255;

    /// <summary>Past this long without a confirmation a stop counts as not confirmed.</summary>
    public static readonly TimeSpan StopConfirmation = TimeSpan.FromSeconds(30);
}
