using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.Agents.Runtime;

/// <summary>Asks people to log in.</summary>
internal static class Logins
{
    /// <summary>Tells where to log in and pauses the task. The server queues it again when the login at that page is done; a PATCH of the status to <c>pending</c> does, too.</summary>
    public static async Task<AgentTask> PauseAsync(TaskContext context, MCPOAuthGetTokenResponse login)
    {
        await context.AuthEventAsync(login).ConfigureAwait(false);
        var task = context.Task;
        task.PendingEcaRequest = new PendingECARequest { ConnectorName = login.Data.ServerName ?? "", AuthUrl = login.Data.Url ?? "" };
        task.Status = AgentExecutionStatus.Paused;
        return task;
    }
}
