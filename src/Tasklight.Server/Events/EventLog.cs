namespace Tasklight.Server.Events;

static partial class EventLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "The events of task {TaskId} could not be read now; its streams look again in a few seconds.")]
    public static partial void CouldNotRead(ILogger logger, string taskId, Exception failure);
}
