namespace Tasklight.Protocol;

/// <summary>Names of what passes between server and worker (contract: worker-protocol §2, extensions §3).</summary>
public static class WorkerEventNames
{
    /// <summary>Server → worker, first on every stream: data is <see cref="DeployedAsset"/>.</summary>
    public const string Registration = "worker-registration";

    /// <summary>Server → worker: a task to run; data is the task.</summary>
    public const string AgentExecution = "agent-execution";

    /// <summary>Server → worker: this worker may not serve here; data is <see cref="WorkerEnvironmentConflict"/>.</summary>
    public const string EnvironmentConflict = "worker-environment-conflict";

    /// <summary>Server → worker: cancel this run; data is <see cref="TaskStopSignal"/>. Baseline workers pass over it.</summary>
    public const string TaskStop = "task-stop";

    /// <summary>Worker → server: alive.</summary>
    public const string Heartbeat = "worker-heartbeat";

    /// <summary>Worker → server: all slots taken, or a run ended.</summary>
    public const string CapacityUpdate = "worker-capacity-update";

    /// <summary>Worker → server: leaving, with the leases handed back.</summary>
    public const string Finished = "worker-finished";

    /// <summary>Worker → server: a handler ended without a final save.</summary>
    public const string RunEnded = "run-ended";

    /// <summary>Worker → server: the handler was cancelled after <see cref="TaskStop"/>.</summary>
    public const string TaskStopped = "task-stopped";
}
