namespace Tasklight.Server.Lifecycle;

/// <summary>One delivery of a task to a worker session, from the offer until the session has its slot back.</summary>
/// <param name="Session">The worker session that holds it (the wire's worker id).</param>
/// <param name="Lease">The lease id: the dispatch frame's SSE id, unique a delivery.</param>
/// <param name="Turn">The turn it was dispatched for.</param>
/// <param name="Attempt">The delivery's number within that turn, 1-based.</param>
/// <param name="Since">When it was offered, and from the confirmation on, when it started.</param>
sealed record TaskRun(string Session, string Lease, int Turn, int Attempt, TaskRunState State, DateTimeOffset Since)
{
    /// <summary>True while the run has the right to write.</summary>
    public bool HoldsLease => State is TaskRunState.Offered or TaskRunState.Running;
}
