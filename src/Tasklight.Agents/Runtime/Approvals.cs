using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>Asks people.</summary>
internal static class Approvals
{
    public static Task<AgentTask> RequestAsync(AgentTask task, Pause.Approval approval, CancellationToken ct) =>
        throw new NotSupportedException($"Tool '{approval.Tool.Name}' waits for an approval, and this server takes no requests for approvals of tools.");
}
