namespace Tasklight.Server.Dispatch;

/// <summary>A baseline worker's new stream that may continue a closed session: it waits for a heartbeat to the old id (design §3).</summary>
sealed class WaitingStream(WorkerGreeting greeting, WorkerStream stream, long since)
{
    readonly TaskCompletionSource<WorkerSession?> _session = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkerGreeting Greeting => greeting;
    public WorkerStream Stream => stream;

    /// <summary>Timestamp of its arrival.</summary>
    public long Since => since;

    /// <summary>The session it was attached to; null when there is none to continue.</summary>
    public Task<WorkerSession?> Session => _session.Task;

    public void Settle(WorkerSession? session) => _session.TrySetResult(session);
}
