using Tasklight.Server.Runtime;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>A session at one moment, for people and for <c>why</c>.</summary>
sealed record SessionView(StoredSession Stored, bool IsOpen, bool IsBusy, bool IsLeaving, int InUse, int Free, int Beyond, DateTimeOffset HeardAt, IReadOnlyList<SessionRunView> Runs)
{
    /// <summary>The server's own worker.</summary>
    public bool IsStandIn => Stored.KeyId == RuntimeKey.Id;

    /// <summary>Takes the picture; the caller holds the gate.</summary>
    public static SessionView Of(WorkerSession session) => new(
        session.Stored,
        session.IsOpen,
        session.IsBusy,
        session.IsLeaving,
        session.InUse,
        session.Free,
        session.Beyond,
        session.HeardAt,
        [.. session.Runs.Select(run => new SessionRunView(run.TaskId, run.Run.State, run.Run.Since, run.User, run.WaitsForSubTasks)).OrderBy(run => run.Since)]);
}
