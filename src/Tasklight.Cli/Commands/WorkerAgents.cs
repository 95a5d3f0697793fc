using Tasklight.Agents.Hosting;
using Tasklight.Agents.Models;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Cli.Commands;

/// <summary>The agents that <c>tasklight worker</c> works for: of those that are meant, the ones whose model this process has what it takes for.</summary>
internal sealed class WorkerAgents(CommandContext context, AgentWorkers workers, ToolAccess access, string[] named)
{
    private readonly ModelCatalog _models = new(ModelSettings.FromEnvironment);
    private readonly Dictionary<string, Verdict> _verdicts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _left = new(StringComparer.Ordinal);

    /// <summary>Takes them up.</summary>
    /// <exception cref="CliException">One that was named is not there, or cannot be run here.</exception>
    public async Task BeginAsync()
    {
        var all = await AllAsync();
        if (Array.Find(named, name => !all.Exists(agent => agent.Id == name || agent.Name == name)) is { } unknown)
        {
            throw new CliException(ExitCodes.Wrong, $"There is no agent '{unknown}'. See: tasklight agents list");
        }

        var looked = await LookAtAsync(Meant(all));
        if (named.Length > 0 && looked.Exists(agent => agent.Problem is not null))
        {
            throw new CliException(ExitCodes.Wrong, string.Join(Environment.NewLine, Sentences(looked, "cannot be run here")));
        }

        await SettleAsync(looked);
        var count = workers.Agents.Count;
        await SayAsync(count == 0
            ? $"There is no agent of {context.Configuration.BaseUrl} to work for yet; waiting for one. End with Ctrl+C."
            : $"Working for {count} agent{(count == 1 ? "" : "s")} of {context.Configuration.BaseUrl}. End with Ctrl+C.");
    }

    /// <summary>Agents come, change and go while it works.</summary>
    public async Task FollowAsync()
    {
        var had = workers.Agents.Count;
        await SettleAsync(await LookAtAsync(Meant(await AllAsync())));
        if (had > 0 && workers.Agents.Count == 0)
        {
            await SayAsync("No agent is left to work for; waiting for one.");
        }
    }

    private ValueTask<List<AgentSummary>> AllAsync() => context.Agents.ListAllAsync(context.Ct).ToListAsync(context.Ct);

    private List<AgentSummary> Meant(List<AgentSummary> all) => named.Length > 0
        ? all.FindAll(agent => named.Contains(agent.Id) || named.Contains(agent.Name))
        : all.FindAll(agent => agent is { Status: not AgentStatus.Inactive, ModelProvider.Length: > 0, ModelName.Length: > 0, DeploymentType: AgentDeploymentType.Serverless });

    private async Task<List<(AgentSummary Agent, string? Problem)>> LookAtAsync(List<AgentSummary> meant)
    {
        var looked = new List<(AgentSummary, string?)>();
        foreach (var agent in meant)
        {
            try
            {
                looked.Add((agent, await ProblemAsync(agent)));
            }
            catch (ModuleException gone) when (gone.StatusCode == 404)
            {
                // Deleted since the list was made.
            }
        }

        return looked;
    }

    // Most need no call: what they name is set up here. The others may bring a key of their own, which no list shows.
    private async ValueTask<string?> ProblemAsync(AgentSummary agent)
    {
        var listed = new AgentFields { Id = agent.Id, ModelProvider = agent.ModelProvider, ModelName = agent.ModelName, LlmApiBase = agent.LlmApiBase };
        if (!agent.HasPendingChanges && _models.Check(listed).Problem is null)
        {
            return null;
        }

        if (_verdicts.TryGetValue(agent.Id, out var known) && known.Version == agent.Version)
        {
            return known.Problem;
        }

        var problem = _models.Check(await context.Agents.GetAsync(agent.Id, ct: context.Ct)).Problem;
        if (agent.Version > 0)
        {
            _verdicts[agent.Id] = new(agent.Version, problem);
        }

        return problem;
    }

    private async Task SettleAsync(List<(AgentSummary Agent, string? Problem)> looked)
    {
        var ready = looked.FindAll(agent => agent.Problem is null);
        foreach (var (organization, id) in workers.Agents.Where(known => !ready.Exists(agent => agent.Agent.Id == known.AgentId)))
        {
            workers.Dismiss(organization, id);
        }

        foreach (var (agent, _) in ready)
        {
            workers.Work(ServerOf(agent));
        }

        await TellAsync(looked);
    }

    // Once for each, not at every look.
    private async Task TellAsync(List<(AgentSummary Agent, string? Problem)> looked)
    {
        foreach (var sentence in Sentences(looked.FindAll(agent => agent.Problem is not null && _left.GetValueOrDefault(agent.Agent.Id) != agent.Problem), "is left to others"))
        {
            await SayAsync(sentence);
        }

        foreach (var (agent, _) in looked.Where(agent => agent.Problem is null && _left.ContainsKey(agent.Agent.Id)))
        {
            await SayAsync($"Working for agent '{agent.Name}' now.");
        }

        _left.Clear();
        foreach (var (agent, problem) in looked)
        {
            if (problem is not null)
            {
                _left[agent.Id] = problem;
            }
        }
    }

    private static IEnumerable<string> Sentences(List<(AgentSummary Agent, string? Problem)> looked, string what) =>
        from agent in looked where agent.Problem is not null select $"Agent '{agent.Agent.Name}' {what}: {agent.Problem}";

    private Task SayAsync(string sentence) => context.Output.Errors.WriteLineAsync(sentence);

    private Configuration ServerOf(AgentSummary agent) => new()
    {
        BaseUrl = context.Configuration.BaseUrl,
        ApiKey = context.Configuration.ApiKey,
        OrganizationId = agent.OrganizationId,
        AgentId = agent.Id,
        AllowPrivateFileAddresses = access.AllowPrivateAddresses,
        AllowedFileHosts = access.AllowedHosts,
    };

    private sealed record Verdict(int Version, string? Problem);
}
