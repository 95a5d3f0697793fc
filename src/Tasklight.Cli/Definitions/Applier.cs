using System.Globalization;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Cli.Definitions;

/// <summary>Brings agents on a server to what files say. Agents are found by their id, else by their name; sub-agents that are new are made first.</summary>
internal sealed class Applier
{
    private readonly Sdk.Agents _agents;
    private readonly IReadOnlyList<AgentDefinition> _definitions;
    private readonly Dictionary<AgentDefinition, Agent?> _existing;
    private readonly ILookup<string, AgentSummary> _byName;
    private readonly Dictionary<string, string> _names;

    private Applier(Sdk.Agents agents, IReadOnlyList<AgentDefinition> definitions, Dictionary<AgentDefinition, Agent?> existing, IReadOnlyList<AgentSummary> all)
    {
        (_agents, _definitions, _existing) = (agents, definitions, existing);
        _byName = all.ToLookup(agent => agent.Name, StringComparer.Ordinal);
        _names = all.ToDictionary(agent => agent.Id, agent => agent.Name, StringComparer.Ordinal);
    }

    /// <summary>Finds what there is of the defined agents.</summary>
    /// <exception cref="DefinitionException">Two definitions mean one agent, one means several, or a sub-agent is unknown.</exception>
    public static async Task<Applier> OpenAsync(Sdk.Agents agents, IReadOnlyList<AgentDefinition> definitions, CancellationToken ct)
    {
        var all = await agents.ListAllAsync(ct).ToListAsync(ct);
        var errors = Repeated(definitions).ToList();
        var existing = new Dictionary<AgentDefinition, Agent?>();
        foreach (var definition in definitions)
        {
            var found = all.Where(agent => definition.Id is null ? agent.Name == definition.Name : agent.Id == definition.Id).ToList();
            if (found.Count > 1 || (definition.Id is not null && found.Count == 0))
            {
                errors.Add(Error(definition, definition.Id is null ? "name" : "id", found.Count == 0
                    ? $"There is no agent '{definition.Id}'; leave the id out to make one."
                    : $"{found.Count} agents have this name; add the id of the one that is meant: {string.Join(", ", found.Select(agent => agent.Id))}."));
            }

            existing[definition] = found.Count == 1 ? await agents.GetDraftAsync(found[0].Id, ct) : null;
        }

        var applier = new Applier(agents, definitions, existing, all);
        errors.AddRange(applier.UnknownSubAgents());
        return errors.Count == 0 ? applier : throw new DefinitionException(errors);
    }

    /// <summary>What is to be done, in the order in which it must be.</summary>
    /// <exception cref="DefinitionException">New agents call each other in a circle.</exception>
    public IEnumerable<AgentDefinition> InOrder()
    {
        var (done, under) = (new List<AgentDefinition>(), new List<AgentDefinition>());
        void Visit(AgentDefinition definition)
        {
            if (done.Contains(definition))
            {
                return;
            }

            if (under.Contains(definition))
            {
                throw new DefinitionException([Error(definition, "sub_agents", "New agents may not call each other in a circle: apply one of them without sub_agents first.")]);
            }

            under.Add(definition);
            foreach (var name in definition.SubAgents)
            {
                if (Defined(name) is { } called && called != definition && _existing[called] is null)
                {
                    Visit(called);
                }
            }

            under.Remove(definition);
            done.Add(definition);
        }

        foreach (var definition in _definitions)
        {
            Visit(definition);
        }

        return done;
    }

    /// <summary>What is to be done about one agent, now.</summary>
    /// <param name="definition">One of the defined.</param>
    public AgentPlan PlanFor(AgentDefinition definition)
    {
        var request = definition.Fields;
        if (request.Graph.IsSet)
        {
            var named = definition.SubAgents.Select(IdOf).Select(id => new AgentGraphItem { Id = id, ItemId = id, Name = _names.GetValueOrDefault(id), Type = AgentGraphItemType.Agent }).ToList();
            var others = Kept(definition).Concat(request.Graph.Value ?? []).Where(node => !named.Exists(agent => agent.ItemId == node.ItemId));
            request.Graph = new Optional<IReadOnlyList<AgentGraphItem>?>([.. others, .. named]);
        }

        return new AgentPlan(definition, _existing[definition], request, AgentDifference.Of(_existing[definition], request, NameOf));
    }

    /// <summary>Does it.</summary>
    public async Task<AppliedAgent> ApplyAsync(AgentPlan plan, bool deploy, CancellationToken ct)
    {
        var agent = plan switch
        {
            { Existing: null } => await _agents.CreateAsync(Fresh(plan.Request, deploy), ct: ct),
            { Difference: { Changes.Count: > 0 } or { Secrets.Count: > 0 } } => await _agents.UpdateAsync(plan.Existing.Id, plan.Request, ct),
            _ => plan.Existing,
        };
        var hasNewSecrets = plan is { Existing: { } before, Difference.Changes.Count: 0 } && agent.UpdatedAt != before.UpdatedAt;
        var isDue = deploy && agent.HasPendingChanges && (plan.Existing is not null || agent.Status == AgentStatus.Draft);
        var applied = new AppliedAgent(isDue ? await _agents.DeployAsync(agent.Id, ct) : agent, hasNewSecrets);
        _existing[plan.Definition] = applied.Agent;
        _names[agent.Id] = agent.Name;
        return applied;
    }

    // The server deploys a new agent at once unless it is a draft.
    private static CreateAgentRequest Fresh(CreateAgentRequest request, bool deploy)
    {
        if (!deploy && !request.Status.IsSet)
        {
            request.Status = AgentStatus.Draft;
        }

        return request;
    }

    private static IEnumerable<DefinitionError> Repeated(IReadOnlyList<AgentDefinition> definitions) => definitions
        .GroupBy(definition => definition.Id ?? definition.Name, StringComparer.Ordinal)
        .SelectMany(same => same.Skip(1).Select(again => Error(again, "name", string.Create(CultureInfo.InvariantCulture, $"This agent is defined in line {same.First().Marks.Find("name").Line} of {same.First().File} already."))));

    private IEnumerable<DefinitionError> UnknownSubAgents()
    {
        foreach (var definition in _definitions)
        {
            for (var position = 0; position < definition.SubAgents.Count; position++)
            {
                var name = definition.SubAgents[position];
                if (Defined(name) is null && !_names.ContainsKey(name) && _byName[name].Count() != 1)
                {
                    yield return Error(definition, string.Create(CultureInfo.InvariantCulture, $"sub_agents[{position}]"), _byName[name].Any()
                        ? $"Several agents are called '{name}'; write the id."
                        : $"There is no agent '{name}', neither on the server nor in these files.");
                }
            }
        }
    }

    // The short forms are fields of their own: of a file with one of them, the other one's nodes stay too.
    private IEnumerable<AgentGraphItem> Kept(AgentDefinition definition) => definition.Marks.Has("graph") ? [] : (_existing[definition]?.Graph ?? []).Where(node => node.Type switch
    {
        AgentGraphItemType.Mcp => !definition.Marks.Has("mcp_servers"),
        AgentGraphItemType.Agent => !definition.Marks.Has("sub_agents"),
        _ => true,
    });

    private AgentDefinition? Defined(string name) => _definitions.FirstOrDefault(definition => definition.Name == name || definition.Id == name);

    // Of an agent that is only planned there is no id yet.
    private string IdOf(string name) =>
        Defined(name) is { } defined ? _existing[defined]?.Id ?? $"(new) {name}" : _names.ContainsKey(name) ? name : _byName[name].Single().Id;

    private string? NameOf(string id) => _names.GetValueOrDefault(id) is { } name && _names.Values.Count(other => other == name) == 1 ? name : null;

    private static DefinitionError Error(AgentDefinition definition, string path, string message) => new(definition.File, definition.Marks.Find(path), message);
}
