using Microsoft.Extensions.Logging;

namespace Tasklight.Sdk.Http;

/// <summary>Everything the client says in the log; ids, statuses and times, never prompts, results, keys, or what the server wrote.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Could {What}: {Status} after {Milliseconds:0} ms")]
    public static partial void Done(this ILogger log, string what, int status, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Could not {What}: {Status} {Code} after {Milliseconds:0} ms")]
    public static partial void Failed(this ILogger log, string what, int status, string code, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not {What}: {Status} {Code}, trying again in {Seconds:0.0} s")]
    public static partial void Repeating(this ILogger log, string what, int status, string code, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Began to {What}, after event {LastEventId}")]
    public static partial void StreamOpened(this ILogger log, string what, string lastEventId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Broke off to {What}: {Status} {Code}, resuming in {Seconds:0.0} s")]
    public static partial void StreamBroke(this ILogger log, string what, int status, string code, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Ended to {What}: {Reason}, {Events} events over {Connections} connections")]
    public static partial void StreamEnded(this ILogger log, string what, string reason, int events, int connections);
}
