namespace Tasklight.Server.Dispatch;

/// <summary>What a sweep found to do.</summary>
/// <param name="Expired">Sessions to end: not heard in time, or left.</param>
/// <param name="Unconfirmed">Offers of adopted baseline sessions to give to somebody else.</param>
/// <param name="Spent">Baseline sessions that told as many ends as they have runs.</param>
/// <param name="Unsaved">Sessions whose stored state changed.</param>
sealed record DueSessions(List<WorkerSession> Expired, List<(WorkerSession Session, SessionRun Run)> Unconfirmed, List<WorkerSession> Spent, List<WorkerSession> Unsaved);
