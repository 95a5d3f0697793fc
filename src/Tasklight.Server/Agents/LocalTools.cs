using Tasklight.Protocol;

namespace Tasklight.Server.Agents;

/// <summary>Tools that exist in a worker's code and are made known to the agent (contract: sdk-http §7).</summary>
static class LocalTools
{
    /// <summary>
    /// A copy of the agent with the tools in its list and in its graph; one of a known id is replaced. A worker's key defines no more than that a tool is there:
    /// operations, their addresses, and who approves are the definition's.
    /// </summary>
    public static AgentFields Added(AgentFields agent, IReadOnlyList<AgentTool> synced)
    {
        var copy = agent.Clone();
        var known = agent.Tools.ToLookup(tool => tool.Id, StringComparer.Ordinal);
        List<AgentTool> tools = [.. synced.Select(tool => Local(tool, known[tool.Id].FirstOrDefault()))];
        copy.Tools = [.. agent.Tools.Where(old => tools.All(tool => tool.Id != old.Id)), .. tools];
        var fresh = tools.Where(tool => agent.Graph.All(item => item.ItemId != tool.Id));
        copy.Graph = [.. agent.Graph, .. fresh.Select(static tool => new AgentGraphItem { Id = tool.Id, ItemId = tool.Id, Name = tool.Name, Type = AgentGraphItemType.Tool, SubType = "local" })];
        return copy;
    }

    static AgentTool Local(AgentTool tool, AgentTool? old) => old switch
    {
        { Url: not null } => old,
        _ => tool with { Url = null, Headers = null, RequiresApproval = tool.RequiresApproval || old?.RequiresApproval == true },
    };
}
