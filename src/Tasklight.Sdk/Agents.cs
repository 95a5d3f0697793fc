using System.Globalization;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>Finds and creates agents.</summary>
public sealed class Agents
{
    private readonly Transport _transport;

    /// <summary>Makes the client.</summary>
    /// <param name="configuration">Where and who; from the environment when null.</param>
    /// <param name="http">The HTTP client to use; the SDK's own, shared by the process, when null.</param>
    public Agents(Configuration? configuration = null, HttpClient? http = null) =>
        _transport = new Transport(configuration ?? new Configuration(), http);

    /// <summary>All agents of the organization.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<IReadOnlyList<AgentsListItem>> ListAsync(CancellationToken ct = default) => _transport.SendAsync(Listing(), ct);

    /// <inheritdoc cref="ListAsync"/>
    public IReadOnlyList<AgentsListItem> List(CancellationToken ct = default) => _transport.Send(Listing(), ct);

    /// <summary>Fetches an agent.</summary>
    /// <param name="agentId">Its id; <see cref="Configuration.AgentId"/> when null.</param>
    /// <param name="version">The version; the current one when null.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ModuleException">400: no agent id is set. 404: there is no such agent.</exception>
    public async Task<Agent> GetAsync(string? agentId = null, int? version = null, CancellationToken ct = default) =>
        await _transport.SendAsync(Getting(agentId, version), ct).ConfigureAwait(false);

    /// <inheritdoc cref="GetAsync"/>
    public Agent Get(string? agentId = null, int? version = null, CancellationToken ct = default) => _transport.Send(Getting(agentId, version), ct);

    /// <summary>Creates an agent. A name is enough for one whose tasks go to connected workers.</summary>
    /// <exception cref="ModuleException">403: the key lacks the scope <c>agents:write</c>; and its kinds.</exception>
    public Task<Agent> CreateAsync(CreateAgentRequest request, CancellationToken ct = default) => _transport.SendAsync(Creating(request), ct);

    /// <inheritdoc cref="CreateAsync"/>
    public Agent Create(CreateAgentRequest request, CancellationToken ct = default) => _transport.Send(Creating(request), ct);

    private static Call<IReadOnlyList<AgentsListItem>> Listing() =>
        new(new ApiRequest(HttpMethod.Get, "/agents/list", "list the agents"), ProtocolJson.Default.IReadOnlyListAgentsListItem);

    private static Call<Agent> Creating(CreateAgentRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = new ApiRequest(HttpMethod.Post, "/v1/agents", $"create agent '{request.Name}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.CreateAgentRequest),
        };
        return new(call, ProtocolJson.Default.Agent);
    }

    private Call<Agent> Getting(string? agentId, int? version)
    {
        var id = Configuration.Required(agentId ?? _transport.Configuration.AgentId, nameof(Configuration.AgentId), "AGENT_ID");
        var request = new ApiRequest(HttpMethod.Get, $"/agents/{Uri.EscapeDataString(id)}", $"get agent '{id}'")
        {
            AgentVersion = version?.ToString(CultureInfo.InvariantCulture),
        };
        return new(request, ProtocolJson.Default.Agent);
    }
}
