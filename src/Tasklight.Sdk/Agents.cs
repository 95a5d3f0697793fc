using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>Finds, creates, changes and deploys agents.</summary>
public sealed partial class Agents
{
    private readonly Transport _transport;

    /// <summary>Makes the client.</summary>
    /// <param name="configuration">Where and who; from the environment when null.</param>
    /// <param name="http">The HTTP client to use; the SDK's own, shared by the process, when null.</param>
    public Agents(Configuration? configuration = null, HttpClient? http = null)
        : this(new Transport(configuration ?? new Configuration(), http))
    {
    }

    internal Agents(Transport transport) => _transport = transport;

    /// <summary>All agents of the organization.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<IReadOnlyList<AgentsListItem>> ListAsync(CancellationToken ct = default) => _transport.SendAsync(AgentRequests.List(), ct);

    /// <inheritdoc cref="ListAsync"/>
    public IReadOnlyList<AgentsListItem> List(CancellationToken ct = default) => _transport.Send(AgentRequests.List(), ct);

    /// <summary>Fetches an agent.</summary>
    /// <param name="agentId">Its id; <see cref="Configuration.AgentId"/> when null.</param>
    /// <param name="version">The version; the current one when null.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ModuleException">400: no agent id is set. 404: there is no such agent.</exception>
    public async Task<Agent> GetAsync(string? agentId = null, int? version = null, CancellationToken ct = default) =>
        await _transport.SendAsync(AgentRequests.Get(agentId, version, _transport), ct).ConfigureAwait(false);

    /// <inheritdoc cref="GetAsync"/>
    public Agent Get(string? agentId = null, int? version = null, CancellationToken ct = default) =>
        _transport.Send(AgentRequests.Get(agentId, version, _transport), ct);

    /// <summary>Creates an agent. A name is enough for one whose tasks go to connected workers.</summary>
    /// <param name="request">What it is.</param>
    /// <param name="idempotencyKey">With one, a repeated call creates nothing new: the same key and request give the same agent for 24 hours.</param>
    /// <param name="ct">Ends the call; the agent may have been created all the same.</param>
    /// <exception cref="ModuleException">403: the key lacks the scope <c>agents:write</c>; and its kinds.</exception>
    public Task<Agent> CreateAsync(CreateAgentRequest request, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.SendAsync(AgentRequests.Create(request, idempotencyKey, _transport), ct);

    /// <inheritdoc cref="CreateAsync"/>
    public Agent Create(CreateAgentRequest request, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.Send(AgentRequests.Create(request, idempotencyKey, _transport), ct);
}
