namespace Tasklight.Server.Dispatch;

static partial class DispatchLog
{
    [LoggerMessage(LogLevel.Warning, "The end of a run of task {TaskId} on worker {Worker} could not be stored; it counts as told, and is settled when the worker is idle.")]
    public static partial void EndNotStored(this ILogger logger, Exception problem, string taskId, string worker);

    [LoggerMessage(LogLevel.Warning, "Worker session {Worker} could not be closed now; it is tried again.")]
    public static partial void SessionNotClosed(this ILogger logger, Exception problem, string worker);

    [LoggerMessage(LogLevel.Warning, "A worker of agent {AgentId} could not be registered: the store takes no writes. Its stream is ended, it will come back.")]
    public static partial void NotRegistered(this ILogger logger, Exception problem, string agentId);

    [LoggerMessage(LogLevel.Information, "Worker {Worker} of agent {AgentId} connected ({Kind}, {Slots} slots).")]
    public static partial void Connected(this ILogger logger, string worker, string agentId, string kind, int slots);

    [LoggerMessage(LogLevel.Information, "Worker session {Worker} of agent {AgentId} ended: {Reason}.")]
    public static partial void Ended(this ILogger logger, string worker, string agentId, string reason);

    [LoggerMessage(LogLevel.Warning, "This server stood still for {Seconds:0.0} s: the machine was paused, or has too little processor time. That its workers were not heard meanwhile does not count against them.")]
    public static partial void StoodStill(this ILogger logger, double seconds);

    [LoggerMessage(LogLevel.Error, "Claiming work for agent {AgentId} failed; the sweeper tries again.")]
    public static partial void ClaimFailed(this ILogger logger, Exception problem, string agentId);
}
