using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>Reads which calls a person approves from an agent's definition.</summary>
internal static class ApprovalRules
{
    /// <summary>The rules in their order (the first that covers a tool counts), then the tools that ask for approval themselves.</summary>
    public static IReadOnlyList<ApprovalRule> Of(AgentContext agent) =>
        [.. agent.Tools.Where(tool => tool.RequiresApproval).Select(tool => new ApprovalRule { Tool = tool.Name })];
}
