using Microsoft.Extensions.Logging;
using Tasklight.Protocol;

namespace Tasklight.Worker;

/// <summary>Everything a worker says in the log; ids and reasons, never prompts, results or keys.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {Url} as worker {WorkerId} of agent {AgentId}, {Slots} slots")]
    public static partial void Connected(this ILogger log, string url, string workerId, string agentId, int slots);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not connected, trying again in {Seconds:0.0} s: {Reason}")]
    public static partial void Disconnected(this ILogger log, double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The server ended the stream, as it does when it stops; connecting again in {Seconds:0.0} s")]
    public static partial void StreamEnded(this ILogger log, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {TaskId} begins (attempt {Attempt})")]
    public static partial void Begins(this ILogger log, string taskId, int attempt);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {TaskId} ended: {Status}")]
    public static partial void Ended(this ILogger log, string taskId, AgentExecutionStatus status);

    [LoggerMessage(Level = LogLevel.Error, Message = "The handler of task {TaskId} raised")]
    public static partial void HandlerRaised(this ILogger log, Exception exception, string taskId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The run of task {TaskId} broke off; the server will give it out again")]
    public static partial void RunBroken(this ILogger log, Exception exception, string taskId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {TaskId} cannot be done: {Reason}")]
    public static partial void TaskFailed(this ILogger log, string taskId, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {TaskId} has {Open} open items in its plan: retry {Retry} of at most {Limit}")]
    public static partial void PlanRetry(this ILogger log, string taskId, int open, int retry, int limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {TaskId} ends with {Open} open items in its plan: the limit of {Limit} retries is reached")]
    public static partial void PlanLeftOpen(this ILogger log, string taskId, int open, int limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The plan of task {TaskId} could not be fetched, so it does not hold the task: {Reason}")]
    public static partial void PlanNotFetched(this ILogger log, string taskId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The session of task {TaskId} was not compacted before its retry")]
    public static partial void NotCompacted(this ILogger log, Exception exception, string taskId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The run of task {TaskId} is cancelled: {Reason}")]
    public static partial void Cancelled(this ILogger log, string taskId, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Task {TaskId} could not be saved; the server will give it out again: {Reason}")]
    public static partial void NotSaved(this ILogger log, string taskId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} events of task {TaskId} could not be sent and are dropped: {Reason}")]
    public static partial void EventsNotSent(this ILogger log, Exception? exception, int count, string taskId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The metrics of task {TaskId} could not be reported: {Reason}")]
    public static partial void MetricsNotSent(this ILogger log, string taskId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server was not told '{What}': {Reason}")]
    public static partial void NotTold(this ILogger log, string what, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A frame '{Name}' was passed over: {Reason}")]
    public static partial void FramePassedOver(this ILogger log, string name, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A hook raised and is passed over: {Hook}")]
    public static partial void HookRaised(this ILogger log, Exception exception, string hook);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The auth-event hooks of task {TaskId} were not called, the agent could not be fetched: {Reason}")]
    public static partial void AgentNotFetched(this ILogger log, string taskId, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Leaving; {Running} tasks are running and have {Seconds:0.#} s to end")]
    public static partial void Leaving(this ILogger log, int running, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Left; {HandedBack} tasks were handed back")]
    public static partial void Left(this ILogger log, int handedBack);

    [LoggerMessage(Level = LogLevel.Information, Message = "Taking tasks over HTTP too, on port {Port}")]
    public static partial void Invocable(this ILogger log, int port);

    [LoggerMessage(Level = LogLevel.Error, Message = "The request {Path} could not be answered")]
    public static partial void NotAnswered(this ILogger log, Exception exception, string path);
}
