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

    /// <summary>The rules of agents, one after the other; then the tools of their definitions that ask for approval themselves.</summary>
    public static ApprovalRules Of(params IReadOnlyList<Agent> agents) => new([.. agents.SelectMany(agent => agent.Approvals ?? []), .. agents.SelectMany(agent => agent.Tools).Where(tool => tool.RequiresApproval).SelectMany(RulesOf)]);

    /// <summary>The rules for a task's run. One that names a version of the agent gets round no rule that came later: those of the deployed version come first.</summary>
    /// <exception cref="ModuleException">The deployed version could not be loaded.</exception>
    public static async Task<ApprovalRules> OfAsync(AgentContext agent, AgentTask task, HttpClient? http, CancellationToken ct)
    {
        if (task.AgentVersion is null)
        {
            return Of(agent.Agent);
        }

        return Of(await new Sdk.Agents(task.Configuration, http).GetAsync(task.AgentId, ct: ct).ConfigureAwait(false), agent.Agent);
    }

    /// <summary>Whether an agent wants approval of calls of a tool, its own or another version's, whatever name a run gives it.</summary>
    public static bool Cover(AgentFields agent, AgentTool tool) =>
        agent.Tools.Append(tool).Any(other => other.RequiresApproval && (other.Id == tool.Id || other.Name == tool.Name))
        || new ApprovalRules(agent.Approvals ?? []).Find(tool.Name, tool.Id, ToolNames.Clean(tool.Name), ToolNames.Clean($"{tool.Id}_{tool.Name}")) is not null;

    /// <summary>The first rule that covers the tool by its name, the name its definition or server has for it, or its operation's id; null = nobody need approve.</summary>
    public AgentApprovalRule? For(RuntimeTool tool) => Find(tool.Name, tool.DefinedName, tool.OperationId) ?? (tool.HoldsApproval ? Plain : null);

    private static IEnumerable<AgentApprovalRule> RulesOf(AgentTool tool) => [new() { Tool = tool.Name }, new() { Tool = tool.Id }];

    private static bool Covers(AgentApprovalRule rule, string name) => FileSystemName.MatchesSimpleExpression(rule.Tool, name, ignoreCase: true);

    private AgentApprovalRule? Find(params IReadOnlyList<string> names) => _rules.Find(rule => names.Any(name => Covers(rule, name)));
}
