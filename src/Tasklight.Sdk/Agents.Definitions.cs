using System.Runtime.CompilerServices;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <content>Agents as they are edited (contract: rest-v1 §4). Tasks run with what is deployed; see <see cref="DeployAsync"/>.</content>
public sealed partial class Agents
{
    /// <summary>
    /// All agents as they are edited, in short, newest first: pages are fetched as they are needed. An agent that is made meanwhile, and so moves
    /// others to the next page, makes none come twice.
    /// </summary>
    /// <exception cref="ModuleException">A page could not be fetched; see its kinds.</exception>
    public async IAsyncEnumerable<AgentSummary> ListAllAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 1; ; number++)
        {
            var page = await _transport.SendAsync(AgentRequests.ListPage(number), ct).ConfigureAwait(false);
            foreach (var agent in page.Items.Where(agent => listed.Add(agent.Id)))
            {
                yield return agent;
            }

            if (number >= page.TotalPages)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc cref="ListAllAsync"/>
    public IEnumerable<AgentSummary> ListAll(CancellationToken ct = default)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        for (var number = 1; ; number++)
        {
            var page = _transport.Send(AgentRequests.ListPage(number), ct);
            foreach (var agent in page.Items.Where(agent => listed.Add(agent.Id)))
            {
                yield return agent;
            }

            if (number >= page.TotalPages)
            {
                yield break;
            }
        }
    }

    /// <summary>Fetches an agent as it is edited; secrets are masked.</summary>
    /// <exception cref="ModuleException">404: there is no such agent; and its kinds.</exception>
    public Task<Agent> GetDraftAsync(string agentId, CancellationToken ct = default) => _transport.SendAsync(AgentRequests.GetDraft(agentId, _transport), ct);

    /// <inheritdoc cref="GetDraftAsync"/>
    public Agent GetDraft(string agentId, CancellationToken ct = default) => _transport.Send(AgentRequests.GetDraft(agentId, _transport), ct);

    /// <summary>Changes what the request sets; nothing runs with it before it is deployed. A masked secret stays as it was.</summary>
    /// <exception cref="ModuleException">403: the key lacks the scope <c>agents:write</c>. 422: a field is wrong; the message names it. And its kinds.</exception>
    public Task<Agent> UpdateAsync(string agentId, UpdateAgentRequest request, CancellationToken ct = default) =>
        _transport.SendAsync(AgentRequests.Update(agentId, request, _transport), ct);

    /// <inheritdoc cref="UpdateAsync"/>
    public Agent Update(string agentId, UpdateAgentRequest request, CancellationToken ct = default) =>
        _transport.Send(AgentRequests.Update(agentId, request, _transport), ct);

    /// <summary>Makes the agent as it is edited the version that new tasks run with.</summary>
    /// <exception cref="ModuleException">403: the key lacks the scope <c>agents:write</c>; and its kinds.</exception>
    public Task<Agent> DeployAsync(string agentId, CancellationToken ct = default) => _transport.SendAsync(AgentRequests.Deploy(agentId, _transport), ct);

    /// <inheritdoc cref="DeployAsync"/>
    public Agent Deploy(string agentId, CancellationToken ct = default) => _transport.Send(AgentRequests.Deploy(agentId, _transport), ct);

    /// <summary>Deletes an agent and its versions; its tasks stay.</summary>
    /// <exception cref="ModuleException">404: there is no such agent; and its kinds.</exception>
    public Task DeleteAsync(string agentId, CancellationToken ct = default) => _transport.SendAsync(AgentRequests.Delete(agentId), ct);

    /// <inheritdoc cref="DeleteAsync"/>
    public void Delete(string agentId, CancellationToken ct = default) => _transport.Send(AgentRequests.Delete(agentId), ct);

    /// <summary>Logs an end user out of the agent's MCP servers: their tokens are forgotten, and taken back by the authorization servers that do so. The next task that needs one asks for a login.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="userId">The user as tasks name them: <c>input.user.id</c>, else the e-mail address.</param>
    /// <param name="server">The name or address of one server; all of the agent's when null.</param>
    /// <param name="ct">Ends the call; the user may have been logged out all the same.</param>
    /// <returns>The logins that there were.</returns>
    /// <exception cref="ModuleException">404: there is no such agent, or it has no such server; and its kinds.</exception>
    public Task<IReadOnlyList<EndedLogin>> LogOutAsync(string agentId, string userId, string? server = null, CancellationToken ct = default) =>
        _transport.SendAsync(AgentRequests.EndLogins(agentId, userId, server), ct);

    /// <inheritdoc cref="LogOutAsync"/>
    public IReadOnlyList<EndedLogin> LogOut(string agentId, string userId, string? server = null, CancellationToken ct = default) =>
        _transport.Send(AgentRequests.EndLogins(agentId, userId, server), ct);
}
