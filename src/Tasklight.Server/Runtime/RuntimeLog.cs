namespace Tasklight.Server.Runtime;

static partial class RuntimeLog
{
    [LoggerMessage(LogLevel.Warning, "The server listens on no TCP address, so it cannot run tasks of agents that name a model; start `tasklight worker`, or switch this off with --runtime false")]
    public static partial void NoAddress(this ILogger log);

    [LoggerMessage(LogLevel.Error, "Whether agent {AgentId} is to be run here could not be found out; it is tried again")]
    public static partial void NotSettled(this ILogger log, Exception problem, string agentId);
}
