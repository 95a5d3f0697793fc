using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.Agents.Runtime;

/// <summary>Asks people to log in.</summary>
internal static class Logins
{
    /// <summary>
    /// Tells where to log in and pauses the task. It goes on when it is set to <c>pending</c> again, with the token in its <c>user_tokens</c> and
    /// <c>pending_eca_request</c> cleared.
    /// </summary>
    public static async Task<AgentTask> PauseAsync(TaskContext context, MCPOAuthGetTokenResponse login)
    {
        await context.AuthEventAsync(login).ConfigureAwait(false);
        var task = context.Task;
        task.PendingEcaRequest = new PendingECARequest { ConnectorName = login.Data.ServerName ?? "", AuthUrl = login.Data.Url ?? "" };
        task.Status = AgentExecutionStatus.Paused;
        return task;
    }
}
