using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Dispatch;

/// <summary>A run as its session remembers it, following the commits. Guarded by <see cref="AgentSessions.Gate"/>.</summary>
/// <param name="number">Counts the session's runs in the order in which they came.</param>
sealed class SessionRun(string taskId, TaskRun run, long number)
{
    public string TaskId => taskId;
    public long Number => number;
    public TaskRun Run { get; set; } = run;

    /// <summary>Whose <c>input.user.id</c> the task has.</summary>
    public string? User { get; private set; }

    /// <summary>The run waits for its sub-tasks.</summary>
    public bool WaitsForSubTasks { get; private set; }

    /// <summary>A save of the run has been seen, so the worker has it.</summary>
    public bool IsConfirmed { get; set; } = run.State is not TaskRunState.Offered;

    /// <summary>A command that ends the run is under way, so no other report may be laid to it.</summary>
    public bool IsEnding { get; set; }

    /// <summary>The stream its dispatch frame was last written to.</summary>
    public WorkerStream? SentOn
    {
        get;
        set
        {
            field = value;
            IsSent |= value is not null;
        }
    }

    /// <summary>Its dispatch frame was written, perhaps in vain. One that was not, because the stream had just closed, the worker cannot have ended.</summary>
    public bool IsSent { get; set; }

    /// <summary>Set when a baseline session continues with this unconfirmed run: its frame may have been lost, and past this timestamp it was.</summary>
    public long? ConfirmBy { get; set; }

    /// <summary>Takes over what the task says of it.</summary>
    public void Follow(TaskRecord task) => (User, WaitsForSubTasks) = (task.Fields.Input.User?.Id, task.WaitsForSubTasks);
}
