using System.IO.Enumeration;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>Says which calls a person approves.</summary>
internal sealed class ApprovalRules(IEnumerable<AgentApprovalRule> rules)
{
    private static readonly AgentApprovalRule Plain = new() { Tool = "*" };

    private readonly List<AgentApprovalRule> _rules = [.. rules];

    /// <summary>The agent's rules in their order, then the tools of its definition that ask for approval themselves.</summary>
    public static ApprovalRules Of(AgentContext agent) => new(
        [.. agent.Agent.Approvals ?? [], .. agent.Tools.Where(tool => tool.RequiresApproval).Select(tool => new AgentApprovalRule { Tool = tool.Name })]);

    /// <summary>Whether calls of a tool of the definition need approval, whatever name a run gives it.</summary>
    public static bool Cover(AgentFields agent, AgentTool tool) =>
        tool.RequiresApproval
        || new ApprovalRules(agent.Approvals ?? []).Find(tool.Name, tool.Id, ToolNames.Clean(tool.Name), ToolNames.Clean($"{tool.Id}_{tool.Name}")) is not null;

    /// <summary>The first rule that covers the tool by its name, the name its definition or server has for it, or its operation's id; null = nobody need approve.</summary>
    public AgentApprovalRule? For(RuntimeTool tool) => Find(tool.Name, tool.DefinedName, tool.OperationId) ?? (tool.HoldsApproval ? Plain : null);

    private static bool Covers(AgentApprovalRule rule, string name) => FileSystemName.MatchesSimpleExpression(rule.Tool, name, ignoreCase: true);

    private AgentApprovalRule? Find(params IReadOnlyList<string> names) => _rules.Find(rule => names.Any(name => Covers(rule, name)));
}
