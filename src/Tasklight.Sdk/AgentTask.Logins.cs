using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <content>The end user's logins to MCP servers (contract: events §4, sdk-http §7).</content>
public sealed partial class AgentTask
{
    /// <summary>
    /// The token of the task's end user (<c>input.user</c>) for an MCP server, or the page where they log in: <c>token_ready</c>, <c>login_required</c>,
    /// <c>token_issue</c> or <c>not_supported</c>. A task that is paused with the page in <see cref="AgentTaskFields.PendingEcaRequest"/> is queued again
    /// when the login is done. Needs a key of scope worker.
    /// </summary>
    /// <param name="server">The server, with its secrets in clear.</param>
    /// <param name="generateLoginUrl">Make a page to log in when there is no token; false only looks.</param>
    /// <param name="refusedToken">A token that the server answered with 401: if it is still the one that is held, it is refreshed or forgotten. Only its hash is sent.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ModuleException">The task names no end user, or the call failed; see its kinds.</exception>
    public Task<MCPOAuthGetTokenResponse> GetMcpTokenAsync(MCPServerDetails server, bool generateLoginUrl = true, string? refusedToken = null, CancellationToken ct = default) =>
        _link.Transport.SendAsync(GettingMcpToken(server, generateLoginUrl, refusedToken), ct);

    /// <inheritdoc cref="GetMcpTokenAsync"/>
    public MCPOAuthGetTokenResponse GetMcpToken(MCPServerDetails server, bool generateLoginUrl = true, string? refusedToken = null, CancellationToken ct = default) =>
        _link.Transport.Send(GettingMcpToken(server, generateLoginUrl, refusedToken), ct);

    private Call<MCPOAuthGetTokenResponse> GettingMcpToken(MCPServerDetails server, bool generateLoginUrl, string? refusedToken)
    {
        ArgumentNullException.ThrowIfNull(server);
        var user = (string.IsNullOrEmpty(Input.User?.Id) ? Input.User?.Email : Input.User.Id) is { Length: > 0 } named
            ? named
            : throw new ModuleException(400, $"Task '{Id}' names no end user, and a login is somebody's: create it with input.user.");
        // A login that is this agent's alone is told so by the user's name, too.
        var holder = server.ShareUserTokenAcrossOtherAgents ? user : $"{AgentId}_{user}";
        return new(TaskRequests.McpToken(AgentId, holder, server, generateLoginUrl, refusedToken), ProtocolJson.Default.MCPOAuthGetTokenResponse);
    }
}
