using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>
/// One MCP server of a run: its tools, and calls of them. The connection is made when it is first needed and again when it has died; while a
/// server is away its tools stay known.
/// </summary>
internal sealed class McpServer(MCPServerDetails details, string name, bool ofAgent, ToolAccess access, McpLogin login, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>How long a connection and its list of tools may take.</summary>
    public static readonly TimeSpan ConnectTime = TimeSpan.FromMinutes(1);

    private const int OriginDigits = 16;

    // Without a token, with the one that was held, with the one that was refreshed: then a person has to log in. Others may be at it at the same time.
    private const int MostTokens = 4;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly McpHttpHandler _handler = new(access.Handler, access.LargestAnswer, () => login.Token);
    private readonly ConcurrentBag<Task> _goodbyes = [];
    private McpConnection? _connection;
    private McpToolList _list = McpToolList.Empty;
    private volatile bool _isStale = true;

    public string Name => name;

    /// <summary>Tells it from every other server. Its address may hold a key and is not shown.</summary>
    public string Origin { get; } = $"mcp {name} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{details.Url}\n{details.Command}")))[..OriginDigits]}";

    public bool IsLocal => details.Type == MCPServerType.Local || details.Transport == MCPServerTransport.Stdio;

    /// <summary>The tools that may be called, as last told.</summary>
    public IReadOnlyList<Tool> Tools => _list.Tools;

    /// <summary>Why there are no tools, as a sentence; null = they are there.</summary>
    public string? Problem { get; private set; }

    /// <summary>The list of tools is not, or no more, what the server would tell.</summary>
    public bool IsStale => _isStale;

    /// <summary>Says what can never work here.</summary>
    /// <exception cref="ToolSetupException">The definition, or this deployment, does not allow the server.</exception>
    public void CheckSetup()
    {
        if (details.UseSecretsManager)
        {
            throw new ToolSetupException($"MCP server '{name}' takes its secrets from a secrets manager (use_secrets_manager), and there is none here: set api_key, headers or env_vars.");
        }

        if (IsLocal && !access.Starts(ofAgent))
        {
            throw new ToolSetupException(
                $"MCP server '{name}' is a program (stdio), and this worker starts none {(access.LocalServers == LocalServers.Agents ? "that a task brings" : "at all")}: its operator can allow it with {ToolAccess.LocalServersVariable}={(ofAgent ? "agents" : "tasks")}.");
        }

        if (IsLocal ? string.IsNullOrWhiteSpace(details.Command) : Address is null)
        {
            throw new ToolSetupException(IsLocal
                ? $"MCP server '{name}' is a local one and has no command."
                : $"The url of MCP server '{name}', '{SecretTexts.Mask(details.Url ?? "")}', is not an http or https address.");
        }
    }

    /// <summary>Connects when there is no connection, and asks for the tools when they are not known. A server that is away is told by <see cref="Problem"/>.</summary>
    /// <exception cref="ToolSetupException">The server can never be reached from here.</exception>
    /// <exception cref="LoginRequiredException">A person has to log in.</exception>
    public async Task RefreshAsync(CancellationToken ct)
    {
        if (!_isStale)
        {
            return;
        }

        try
        {
            using var time = new CancellationTokenSource(ConnectTime, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, time.Token);
            await LoggedInAsync(() => ConnectedAsync(either.Token), either.Token).ConfigureAwait(false);
            Problem = null;
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && (exception is McpLoginException || McpFailures.IsExpected(exception)))
        {
            Problem = ProblemOf(exception);
            // It was tried; the next try is the model's to ask for.
            _isStale = false;
        }
    }

    /// <summary>Tries once more.</summary>
    public Task RetryAsync(CancellationToken ct)
    {
        _isStale = true;
        return RefreshAsync(ct);
    }

    /// <summary>Calls a tool. What cannot have been begun, or may be done twice, is tried again once over a new connection.</summary>
    /// <exception cref="McpCallException">It could not be done, or its outcome is not known.</exception>
    public async Task<ToolOutcome> CallAsync(Tool tool, JsonElement arguments, string callId, CancellationToken ct)
    {
        var mayRepeat = tool.Annotations is { ReadOnlyHint: true } or { IdempotentHint: true };
        try
        {
            return await CallOnceAsync(tool, arguments, callId, ct).ConfigureAwait(false);
        }
        catch (McpCallException exception) when (exception.WasNotMade || mayRepeat)
        {
            return await CallOnceAsync(tool, arguments, callId, ct).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_goodbyes).ConfigureAwait(false);
        if (_connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        login.Dispose();
        _gate.Dispose();
    }

    private Uri? Address => Uri.TryCreate(details.Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    private bool NeedsLogin =>
        details.AuthType == MCPServerAuthType.OAuth2
        || (details.AuthType == MCPServerAuthType.None && _handler.Challenge?.Parameter?.Contains("resource_metadata", StringComparison.OrdinalIgnoreCase) == true);

    // Does something with the token that is there, and again with another one when the server does not take it.
    private async Task<T> LoggedInAsync<T>(Func<Task<T>> action, CancellationToken ct)
    {
        await login.FindAsync(ct).ConfigureAwait(false);
        for (var tokens = 1; ; tokens++)
        {
            var token = login.Token;
            try
            {
                return await action().ConfigureAwait(false);
            }
            catch (Exception exception) when (!ct.IsCancellationRequested && tokens < MostTokens && McpFailures.IsUnauthorized(exception) && NeedsLogin)
            {
                await login.RenewAsync(token, ct).ConfigureAwait(false);
            }
            catch (Exception exception) when (!ct.IsCancellationRequested && tokens < MostTokens && McpFailures.MissingScopes(exception) is not null && NeedsLogin)
            {
                await login.ExtendAsync(token, McpFailures.MissingScopes(exception)!, ct).ConfigureAwait(false);
            }
        }
    }

    private async Task<ToolOutcome> CallOnceAsync(Tool tool, JsonElement arguments, string callId, CancellationToken ct)
    {
        McpConnection? connection = null;
        var request = new CallToolRequestParams
        {
            Name = tool.Name,
            Arguments = arguments.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal),
            Meta = new JsonObject { ["tasklight/call-id"] = callId },
        };
        try
        {
            if (_list.RunAsTasks.Contains(tool.Name))
            {
                Task<JsonNode?> Ask(string method, JsonObject parameters, CancellationToken token) => AskAsync(method, parameters, found => connection = found, token);
                return await new McpTaskCall(name, Ask, goodbye => _goodbyes.Add(Task.Run(goodbye, CancellationToken.None)), clock).RunAsync(request, ct).ConfigureAwait(false);
            }

            return await LoggedInAsync(
                async () =>
                {
                    connection = await ConnectedAsync(ct).ConfigureAwait(false);
                    return McpResults.Of(await connection.Client.CallToolAsync(request, ct).ConfigureAwait(false));
                },
                ct).ConfigureAwait(false);
        }
        catch (LoginRequiredException exception)
        {
            return new LoginRequired(exception.Login);
        }
        catch (McpLoginException exception)
        {
            return ToolOutcome.Error($"MCP server '{name}' was not called. {exception.Message}");
        }
        catch (McpProtocolException exception)
        {
            // Perhaps because it is gone: the list is asked for again before the model is.
            _isStale = true;
            return ToolOutcome.Error($"MCP server '{name}' refused the call: {exception.Message}");
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && McpFailures.IsUnauthorized(exception))
        {
            return ToolOutcome.Error($"MCP server '{name}' does not accept the key that it was given (401). This cannot be mended by calling again.");
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && McpFailures.MissingScopes(exception) is { } missing)
        {
            return ToolOutcome.Error($"MCP server '{name}' refused the call. {missing.Message}");
        }
        catch (Exception exception) when (!ct.IsCancellationRequested && McpFailures.IsExpected(exception))
        {
            await (connection?.SettleAsync(exception) ?? Task.CompletedTask).ConfigureAwait(false);
            throw Failed(exception, connection);
        }
    }

    // One question of a call that is several.
    private async Task<JsonNode?> AskAsync(string method, JsonObject parameters, Action<McpConnection> connected, CancellationToken ct)
    {
        McpConnection? connection = null;
        try
        {
            return await LoggedInAsync(
                async () =>
                {
                    connection = await ConnectedAsync(ct).ConfigureAwait(false);
                    connected(connection);
                    return await connection.AskAsync(method, (JsonObject)parameters.DeepClone(), ct).ConfigureAwait(false);
                },
                ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (connection is not null && !ct.IsCancellationRequested && McpFailures.IsExpected(exception) && !McpFailures.IsAnswer(exception))
        {
            await connection.SettleAsync(exception).ConfigureAwait(false);
            throw;
        }
    }

    private McpCallException Failed(Exception exception, McpConnection? connection)
    {
        if (connection is null || McpFailures.WasNotMade(exception))
        {
            return new McpCallException($"MCP server '{name}' cannot be reached, so the call was not made. {McpFailures.Reason(exception)}", exception) { WasNotMade = true };
        }

        var wasTooLarge = _handler.WasTooLarge;
        _handler.WasTooLarge = false;
        return new McpCallException(
            $"MCP server '{name}' gave no answer that could be read; the call may have taken effect all the same. {connection.End ?? (wasTooLarge ? LimitedStream.Sentence(access.LargestAnswer) : McpFailures.Reason(exception))}",
            exception);
    }

    private async Task<McpConnection> ConnectedAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_connection is { IsAlive: false } dead)
            {
                _connection = null;
                await dead.DisposeAsync().ConfigureAwait(false);
            }

            var isNew = _connection is null;
            _connection ??= await ConnectAsync(ct).ConfigureAwait(false);
            if (isNew || _isStale)
            {
                await ListAsync(_connection, ct).ConfigureAwait(false);
            }

            return _connection;
        }
        finally
        {
            _gate.Release();
        }
    }

    private Task<McpConnection> ConnectAsync(CancellationToken ct) => IsLocal
        ? McpConnection.StartAsync(details, access.LargestAnswer, Changed, ct)
        : McpConnection.ConnectAsync(details, Address!, Http(), Changed, ct);

    private void Changed() => _isStale = true;

    private async Task ListAsync(McpConnection connection, CancellationToken ct)
    {
        // Before the question: what changes while it is answered makes the answer stale again.
        _isStale = false;
        try
        {
            _list = await McpToolList.AskAsync(connection, details.AllowedTools, ct).ConfigureAwait(false);
        }
        catch
        {
            _isStale = true;
            throw;
        }
    }

    private string ProblemOf(Exception exception)
    {
        if (McpFailures.IsForbidden(exception))
        {
            throw new ToolSetupException($"MCP server '{name}' is not reached from here: {McpFailures.Reason(exception)}");
        }

        return exception is McpLoginException ? exception.Message
            : McpFailures.IsUnauthorized(exception) ? "It does not accept the key that it was given (401)."
            : McpFailures.Reason(exception);
    }

    private HttpClient Http() => new(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
}
