using Tasklight.Agents.Hosting;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools.SubAgents;

/// <summary>The sub-agents of an agent's graph as tools: each call is a child task (contract: README §6, sub-execution).</summary>
internal sealed class SubAgentTools(HttpClient? http, RunPlace? place) : IToolSource
{
    /// <summary>Levels of sub-tasks below the first task; agents that name each other would go on for ever. A budget's <c>max_depth</c> may say less.</summary>
    public const int MostLevels = 10;

    /// <inheritdoc/>
    /// <exception cref="ToolSetupException">The definition names an agent that is not there.</exception>
    public async ValueTask<IReadOnlyList<RuntimeTool>> OpenAsync(AgentContext context, AgentTask task, CancellationToken ct)
    {
        if (context.SubAgents.Count == 0 || await LevelAsync(task, ct).ConfigureAwait(false) >= MostLevels)
        {
            return [];
        }

        var names = new ToolNames(context.Tools.Select(tool => tool.Name));
        var agents = await Task.WhenAll(context.SubAgents.Distinct(StringComparer.Ordinal).Select(id => FetchAsync(id, context, task, ct))).ConfigureAwait(false);
        return [.. agents.Select(agent => new SubAgentTool(agent, names.Take($"ask_{agent.SanitizedName}", agent.Id), new Tasks(task.Configuration, http), place))];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Agent> FetchAsync(string id, AgentContext context, AgentTask task, CancellationToken ct)
    {
        try
        {
            return await new Sdk.Agents(task.Configuration, http).GetAsync(id, ct: ct).ConfigureAwait(false);
        }
        catch (ModuleException exception) when (exception.StatusCode == 404)
        {
            throw new ToolSetupException($"Agent '{context.Agent.Id}' names '{id}' as a sub-agent in its graph, and there is no such agent.");
        }
    }

    private async Task<int> LevelAsync(AgentTask task, CancellationToken ct)
    {
        var level = 0;
        for (var parent = task.ParentExecution; parent is not null && level < MostLevels; level++)
        {
            parent = (await new Tasks(task.Configuration, http).GetAsync(parent, ct).ConfigureAwait(false)).ParentExecution;
        }

        return level;
    }
}
