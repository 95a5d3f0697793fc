using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Dispatch;

/// <summary>A run as its session remembers it, following the commits. Guarded by <see cref="AgentSessions.Gate"/>.</summary>
/// <param name="number">Counts the session's runs in the order in which they came.</param>
sealed class SessionRun(string taskId, TaskRun run, long number)
{
    public string TaskId => taskId;
    public long Number => number;
    public TaskRun Run { get; set; } = run;

    /// <summary>A command that ends the run is under way, so no other report may be laid to it.</summary>
    public bool IsEnding { get; set; }

    /// <summary>The stream its dispatch frame was last written to.</summary>
    public WorkerStream? SentOn { get; set; }

    /// <summary>Set when a baseline session with this unconfirmed offer was adopted: past this timestamp it is offered again.</summary>
    public long? ConfirmBy { get; set; }
}
