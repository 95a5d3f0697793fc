using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>Asks people whether a call may be made.</summary>
internal static class Approvals
{
    /// <summary>Pauses the task for the call's approval; the run is over then.</summary>
    public static Task<AgentTask> RequestAsync(AgentTask task, Pause.Approval approval, CancellationToken ct)
    {
        var (tool, arguments, rule) = approval.Asked;
        var request = new CreateApprovalRequest
        {
            WaitNodeId = approval.Call.Id,
            Title = $"Call {tool.Name}?",
            Description = tool.Description,
            Content = arguments.GetRawText(),
            ToolName = tool.Name,
            Arguments = arguments,
            ActionHash = ActionHash.Of(tool.Name, arguments),
            ExpiresInSeconds = rule.ExpiresInSeconds,
            Required = rule.Required,
            Approvers = rule.Approvers,
            AllowEdit = rule.AllowEdit,
        };
        return task.RequestApprovalAsync(request, ct);
    }
}
