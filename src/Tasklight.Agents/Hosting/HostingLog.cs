using Microsoft.Extensions.Logging;

namespace Tasklight.Agents.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(LogLevel.Warning, "The worker of agent {AgentId} has failed and tries again in {Seconds} s: {Reason}")]
    public static partial void Refused(this ILogger log, string agentId, string reason, double seconds);
}
