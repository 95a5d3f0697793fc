using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>Asks people whether a call may be made.</summary>
internal static class Approvals
{
    /// <summary>Pauses the task for the call's approval; the run is over then.</summary>
    public static Task<AgentTask> RequestAsync(AgentTask task, Pause.Approval approval, CancellationToken ct)
    {
        var (call, tool, rule) = approval;
        var request = new CreateApprovalRequest
        {
            WaitNodeId = call.Id,
            Title = $"Call {tool.Name}?",
            Description = tool.Description,
            Content = call.Arguments.GetRawText(),
            ToolName = tool.Name,
            Arguments = call.Arguments,
            ActionHash = ActionHash.Of(tool.Name, call.Arguments),
            ExpiresInSeconds = rule.ExpiresInSeconds,
            Required = rule.Required,
            Approvers = rule.Approvers,
            AllowEdit = rule.AllowEdit,
        };
        return task.RequestApprovalAsync(request, ct);
    }
}
