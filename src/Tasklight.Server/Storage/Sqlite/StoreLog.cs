namespace Tasklight.Server.Storage.Sqlite;

/// <summary>The few things that callers of the store cannot be told.</summary>
static partial class StoreLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The store cannot write; callers get 503 until it can again")]
    public static partial void Unavailable(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A transaction could not be rolled back")]
    public static partial void RollbackFailed(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener of commits threw; what it should have woken wakes by itself later")]
    public static partial void ListenerFailed(ILogger logger, Exception error);
}
