using System.Globalization;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Http;

/// <summary>The calls about agents (contract: sdk-http §§6.10–6.12).</summary>
internal static class AgentRequests
{
    public static Call<IReadOnlyList<AgentsListItem>> List() =>
        new(new ApiRequest(HttpMethod.Get, "/agents/list", "list the agents"), ProtocolJson.Default.IReadOnlyListAgentsListItem);

    public static Call<Agent> Create(CreateAgentRequest request, string? idempotencyKey, Transport transport)
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = new ApiRequest(HttpMethod.Post, "/v1/agents", $"create agent '{request.Name.Value}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.CreateAgentRequest),
            IdempotencyKey = idempotencyKey,
        };
        return Answering(call, transport);
    }

    public static Call<Agent> Get(string? agentId, int? version, Transport transport) =>
        Get(agentId, version?.ToString(CultureInfo.InvariantCulture), transport);

    public static Call<Agent> Get(string? agentId, string? version, Transport transport)
    {
        var id = Configuration.Required(agentId ?? transport.Configuration.AgentId, nameof(Configuration.AgentId), "AGENT_ID");
        return Answering(new ApiRequest(HttpMethod.Get, $"/agents/{PathText.Of(id, nameof(agentId))}", $"get agent '{id}'") { AgentVersion = version }, transport);
    }

    public static Call<Page<AgentSummary>> ListPage(int number) =>
        new(new ApiRequest(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/v1/agents?per_page=50&page={number}"), "list the agents"), ProtocolJson.Default.PageAgentSummary);

    public static Call<Agent> GetDraft(string agentId, Transport transport) => Answering(new ApiRequest(HttpMethod.Get, Draft(agentId), $"get agent '{agentId}'"), transport);

    public static Call<Agent> Update(string agentId, UpdateAgentRequest request, Transport transport)
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = new ApiRequest(HttpMethod.Patch, Draft(agentId), $"change agent '{agentId}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.UpdateAgentRequest),
        };
        return Answering(call, transport);
    }

    public static Call<Agent> Deploy(string agentId, Transport transport) => Answering(new ApiRequest(HttpMethod.Put, Draft(agentId), $"deploy agent '{agentId}'"), transport);

    public static ApiRequest Delete(string agentId) => new(HttpMethod.Delete, Draft(agentId), $"delete agent '{agentId}'");

    public static Call<IReadOnlyList<EndedLogin>> EndLogins(string agentId, string userId, string? server)
    {
        var query = server is null ? "" : $"?server={Uri.EscapeDataString(server)}";
        return new(
            new ApiRequest(HttpMethod.Delete, $"{Draft(agentId)}/logins/{PathText.Of(userId)}{query}", $"log the user out of agent '{agentId}'"),
            ProtocolJson.Default.IReadOnlyListEndedLogin);
    }

    /// <summary>Headers for every model call of the organization; the server may also answer null.</summary>
    public static Call<IReadOnlyDictionary<string, string>> DefaultModelHeaders()
    {
        var request = new ApiRequest(HttpMethod.Get, "/metadata/default_llm_extra_headers", "get the default model headers");
        return new(request, answer => answer.Body.AsSpan().SequenceEqual("null"u8)
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : Answers.Read(request, answer, ProtocolJson.Default.IReadOnlyDictionaryStringString));
    }

    private static string Draft(string agentId) => $"/v1/agents/{PathText.Of(agentId)}";

    private static Call<Agent> Answering(ApiRequest request, Transport transport) =>
        new Call<AgentFields>(request, ProtocolJson.Default.AgentFields).Then(fields => new Agent(fields, transport));
}
