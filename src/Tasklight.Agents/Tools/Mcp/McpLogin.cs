using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>
/// The end user's login to one MCP server. Tasklight's server holds the tokens, refreshes them and makes the pages to log in; here is only the token
/// that it gave, for as long as the run.
/// </summary>
internal sealed class McpLogin(MCPServerDetails details, string name, AgentTask task) : IDisposable
{
    private const string Authorization = "Authorization";

    private readonly SemaphoreSlim _gate = new(1);
    private volatile string? _token;
    private bool _wasLookedFor;

    /// <summary>Sent in the place of what the definition or the task gives; null = nobody was logged in, or nobody needed to be.</summary>
    public string? Token => _token;

    private bool HasUser => !string.IsNullOrEmpty(task.Input.User?.Id) || !string.IsNullOrEmpty(task.Input.User?.Email);

    /// <summary>Looks for a login that was made before, once a run. A token that came with the task, or stands in the definition, is tried first.</summary>
    /// <exception cref="McpLoginException">It cannot be found out.</exception>
    public async Task FindAsync(CancellationToken ct)
    {
        if (_wasLookedFor || details.AuthType != MCPServerAuthType.OAuth2 || !HasUser || details.Headers.Keys.Contains(Authorization, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!_wasLookedFor)
            {
                _token = (await AskAsync(details, generateLoginUrl: false, refused: null, ct).ConfigureAwait(false)).Data.AccessToken;
                _wasLookedFor = true;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Gets a token in the place of one that the server refused; null = it was asked without one.</summary>
    /// <exception cref="LoginRequiredException">A person has to log in.</exception>
    /// <exception cref="McpLoginException">There is no way to a token, or not now.</exception>
    /// <exception cref="ToolSetupException">The task does not say who would have to log in.</exception>
    public Task RenewAsync(string? refused, CancellationToken ct) =>
        ReplaceAsync(refused, async () => TokenOf(await AskAsync(details, generateLoginUrl: true, refused, ct).ConfigureAwait(false)), ct);

    /// <summary>Gets a token that is good for more in the place of one that is good, but not for that. The login must have been asked for it before it is given up.</summary>
    /// <inheritdoc cref="RenewAsync" path="/exception"/>
    public Task ExtendAsync(string? tooSmall, McpScopeException missing, CancellationToken ct) => ReplaceAsync(
        tooSmall,
        async () =>
        {
            if (missing.Scopes.Count == 0)
            {
                throw new McpLoginException(missing.Message);
            }

            var wanted = details with { AdditionalScopes = [.. details.AdditionalScopes.Union(missing.Scopes, StringComparer.Ordinal)] };
            return TokenOf(await AskAsync(wanted, generateLoginUrl: true, refused: null, ct).ConfigureAwait(false)) is var token && token != tooSmall
                ? token
                : throw new McpLoginException($"{missing.Message} The login was asked for that, and is not good for it.");
        },
        ct);

    public void Dispose() => _gate.Dispose();

    private async Task ReplaceAsync(string? former, Func<Task<string>> another, CancellationToken ct)
    {
        if (!HasUser)
        {
            throw new ToolSetupException($"MCP server '{name}' wants a login of the end user, and the task names none: create it with input.user (id, email).");
        }

        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            // Another call may have been here meanwhile.
            if (_token == former)
            {
                _token = await another().ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private static string TokenOf(MCPOAuthGetTokenResponse answer) => answer switch
    {
        { Type: MCPOAuthResponseType.TokenReady, Data.AccessToken: { Length: > 0 } token } => token,
        { Type: MCPOAuthResponseType.LoginRequired } => throw new LoginRequiredException(answer),
        _ => throw new McpLoginException($"It wants a login, and there is none to be had. {answer.Data.Message}"),
    };

    private async Task<MCPOAuthGetTokenResponse> AskAsync(MCPServerDetails server, bool generateLoginUrl, string? refused, CancellationToken ct)
    {
        try
        {
            return await task.GetMcpTokenAsync(server, generateLoginUrl, refused, ct).ConfigureAwait(false);
        }
        catch (ModuleException exception)
        {
            throw new McpLoginException($"Its login could not be asked for. {exception.Message}", exception);
        }
    }
}
