using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Tasklight.Protocol;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Agents;

/// <summary>
/// The agents of all organizations. What was asked for once stays in memory; since every change goes through here, memory and store agree.
/// Agents it returns are shared: show them through <see cref="AgentSecrets.Show"/>, never change them.
/// </summary>
sealed class AgentDirectory(IDirectoryStore store, AgentSecrets secrets, TimeProvider time) : IDisposable
{
    public const string DraftVersion = "draft";
    const int PageLength = 200;

    readonly ConcurrentDictionary<AgentKey, AgentEntry> _known = new();
    readonly SemaphoreSlim _writing = new(1);
    int _changes;
    Action<AgentKey>? _changed;

    /// <summary>Sets who is told of every agent that is made, changed or deleted. Whoever did it waits for that, so it must not take long.</summary>
    public void TellChangesTo(Action<AgentKey> changed) => _changed = changed;

    /// <summary>The agent as its tasks run with it, or null.</summary>
    /// <param name="version">A deployed version's number, or <c>draft</c>; null is the latest deployed one, and the draft before the first deployment.</param>
    public ValueTask<AgentFields?> FindAsync(string organization, string id, string? version, CancellationToken cancel) =>
        version is null && _known.TryGetValue(new(organization, id), out var known) ? new(known.Deployed ?? known.Draft) : FindVersionAsync(organization, id, version, cancel);

    /// <summary>The agent at a version, or the deployed one when there is none of that version: on the SDK surface a version is any text. Null when there is no agent.</summary>
    public async ValueTask<AgentFields?> FindNearestAsync(string organization, string id, string? version, CancellationToken cancel) =>
        (version is null ? null : await FindAsync(organization, id, version, cancel)) ?? await FindAsync(organization, id, version: null, cancel);

    /// <summary>The agent as edited, or null.</summary>
    public async ValueTask<AgentFields?> FindDraftAsync(string organization, string id, CancellationToken cancel) => (await EntryAsync(organization, id, cancel))?.Draft;

    /// <summary>Drafts, newest agent first, and how many agents there are.</summary>
    public async ValueTask<(IReadOnlyList<AgentFields> Items, int Total)> ListAsync(string organization, int offset, int limit, CancellationToken cancel)
    {
        var (items, total) = await store.AgentsAsync(organization, offset, limit, cancel);
        return ([.. items.Select(static stored => AgentEntry.Of(stored).Draft)], total);
    }

    /// <summary>All agents of all organizations.</summary>
    public async IAsyncEnumerable<AgentKey> AllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var organization in await store.OrganizationsAsync(cancel))
        {
            for (var offset = 0; ; offset += PageLength)
            {
                var (page, total) = await store.AgentsAsync(organization.Id, offset, PageLength, cancel);
                foreach (var agent in page)
                    yield return new(agent.Organization, agent.Id);
                if (page.Count == 0 || offset + page.Count >= total)
                    break;
            }
        }
    }

    /// <summary>Makes an agent, deployed at once unless its status is draft.</summary>
    public ValueTask<AgentFields> CreateAsync(string organization, CreateAgentRequest request, string createdBy) => WriteAsync(async () =>
    {
        var now = Lifecycle.Clock.Now(time);
        var id = Guid.NewGuid().ToString();
        var agent = new AgentFields { Id = id, OrganizationId = organization, UniqueName = UniqueNames.For(id), CreatedBy = createdBy, EnvironmentId = organization, Type = AgentType.Manager };
        request.ApplyTo(agent);
        secrets.Seal(agent, before: null);
        var document = AgentEntry.Write(agent);
        var isDraft = agent.Status == AgentStatus.Draft;
        return (await SaveAsync(new(organization, id, agent.Name, isDraft ? 0 : 1, document, isDraft ? null : document, now, now))).Draft;
    });

    /// <summary>Changes the draft; null when there is no such agent.</summary>
    public ValueTask<AgentFields?> EditAsync(string organization, string id, UpdateAgentRequest request) => ChangeAsync(organization, id, entry =>
    {
        var draft = entry.Draft.Clone();
        request.ApplyTo(draft);
        secrets.Seal(draft, entry.Draft);
        return entry.Stored with { Name = draft.Name, Draft = AgentEntry.Write(draft) };
    });

    /// <summary>Makes the draft the version that new tasks run with, and active if it was a draft; null when there is no such agent.</summary>
    public ValueTask<AgentFields?> DeployAsync(string organization, string id) => ChangeAsync(organization, id, static entry =>
    {
        var draft = entry.Draft.Clone();
        draft.Status = draft.Status == AgentStatus.Draft ? AgentStatus.Active : draft.Status;
        var document = AgentEntry.Write(draft);
        return entry.Stored with { Version = entry.Stored.Version + 1, Draft = document, Deployed = document };
    });

    /// <summary>Adds tools that a worker brings along, to the draft and to what is deployed; null when there is no such agent.</summary>
    public ValueTask<AgentFields?> AddToolsAsync(string organization, string id, IReadOnlyList<AgentTool> tools) => ChangeAsync(organization, id, entry =>
    {
        var draft = WithTools(entry.Draft, tools);
        if (entry.Deployed is null)
            return entry.Stored with { Draft = draft };
        var deployed = WithTools(entry.Deployed, tools);
        return deployed.AsSpan().SequenceEqual(entry.Stored.Deployed)
            ? entry.Stored with { Draft = draft }
            : entry.Stored with { Draft = draft, Deployed = deployed, Version = entry.Stored.Version + 1 };
    });

    /// <summary>Deletes the agent and its versions; its tasks stay. False when there is none.</summary>
    public ValueTask<bool> RemoveAsync(string organization, string id) => WriteAsync(async () =>
    {
        var removed = await store.RemoveAgentAsync(organization, id);
        Interlocked.Increment(ref _changes);
        _known.TryRemove(new(organization, id), out _);
        _changed?.Invoke(new(organization, id));
        return removed;
    });

    public void Dispose() => _writing.Dispose();

    byte[] WithTools(AgentFields agent, IReadOnlyList<AgentTool> tools)
    {
        var added = LocalTools.Added(agent, tools);
        secrets.Seal(added, before: agent);
        return AgentEntry.Write(added);
    }

    async ValueTask<AgentFields?> FindVersionAsync(string organization, string id, string? version, CancellationToken cancel)
    {
        if (await EntryAsync(organization, id, cancel) is not { } entry)
            return null;
        if (version is null)
            return entry.Deployed ?? entry.Draft;
        if (version == DraftVersion)
            return entry.Draft;
        if (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        if (number == entry.Stored.Version)
            return entry.Deployed;
        return await store.FindAgentVersionAsync(organization, id, number, cancel) is { } document ? entry.Old(document, number) : null;
    }

    async ValueTask<AgentEntry?> EntryAsync(string organization, string id, CancellationToken cancel)
    {
        var key = new AgentKey(organization, id);
        while (!_known.TryGetValue(key, out _))
        {
            var changes = Volatile.Read(ref _changes);
            if (await store.FindAgentAsync(organization, id, cancel) is not { } stored)
                return null;
            var entry = AgentEntry.Of(stored);
            if (!_known.TryAdd(key, entry) || changes == Volatile.Read(ref _changes))
                continue;

            // Something was written since the store was asked, perhaps this agent: what was read may be old.
            _known.TryRemove(new KeyValuePair<AgentKey, AgentEntry>(key, entry));
        }

        return _known.GetValueOrDefault(key);
    }

    ValueTask<AgentFields?> ChangeAsync(string organization, string id, Func<AgentEntry, StoredAgent> change) => WriteAsync(async () =>
    {
        if (await EntryAsync(organization, id, CancellationToken.None) is not { } entry)
            return null;
        var changed = change(entry);
        if (IsSame(changed, entry.Stored))
            return entry.Draft;
        return (await SaveAsync(changed with { UpdatedAt = Lifecycle.Clock.Now(time) })).Draft;
    });

    static bool IsSame(StoredAgent changed, StoredAgent stored) =>
        changed.Version == stored.Version && changed.Draft.AsSpan().SequenceEqual(stored.Draft) && changed.Deployed.AsSpan().SequenceEqual(stored.Deployed);

    async ValueTask<AgentEntry> SaveAsync(StoredAgent agent)
    {
        await store.SaveAgentAsync(agent);
        Interlocked.Increment(ref _changes);
        var entry = _known[new(agent.Organization, agent.Id)] = AgentEntry.Of(agent);
        _changed?.Invoke(new(agent.Organization, agent.Id));
        return entry;
    }

    async ValueTask<TResult> WriteAsync<TResult>(Func<ValueTask<TResult>> write)
    {
        await _writing.WaitAsync();
        try
        {
            return await write();
        }
        finally
        {
            _writing.Release();
        }
    }
}
