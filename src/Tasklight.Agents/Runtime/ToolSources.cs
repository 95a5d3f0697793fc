using Tasklight.Agents.Hosting;
using Tasklight.Agents.Tools;
using Tasklight.Agents.Tools.Mcp;
using Tasklight.Agents.Tools.Operations;
using Tasklight.Agents.Tools.SubAgents;
using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>Where a run's tools come from: what the program adds, then what the agent's definition and the task name.</summary>
internal static class ToolSources
{
    public static IReadOnlyList<IToolSource> Of(AgentContext agent, AgentTask task, AgentRuntimeOptions options, RunPlace? place) =>
    [
        .. options.Tools.Select(open => open(agent, task)),
        new HttpOperationTools(options.Access),
        new SubAgentTools(options.Http, place),
        new McpTools(options.Access, options.Clock),
    ];
}
