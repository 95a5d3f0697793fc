using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>A live connection to a server, with what holds it up.</summary>
internal sealed class McpConnection : IAsyncDisposable
{
    private const string FirstWithListening = "2026-07-28";

    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(5);

    private readonly LocalServer? _local;
    private readonly CancellationTokenSource _listening = new();
    private Task _listen = Task.CompletedTask;
    private volatile bool _isBroken;

    private McpConnection(McpClient client, LocalServer? local) => (Client, _local) = (client, local);

    public McpClient Client { get; }

    public bool IsAlive => !_isBroken && !Client.Completion.IsCompleted && _local?.End is null;

    /// <summary>Why it broke, as a sentence, as far as is known.</summary>
    public string? End => _local?.End ?? (Client.Completion is { IsCompletedSuccessfully: true, Result.Exception: { } exception } ? McpFailures.Reason(exception) : null);

    /// <summary>Asks what the client package has no words for.</summary>
    /// <returns>The answer as it was written.</returns>
    public async Task<JsonNode?> AskAsync(string method, JsonObject parameters, CancellationToken ct) =>
        (await Client.SendRequestAsync(new JsonRpcRequest { Method = method, Params = parameters }, ct).ConfigureAwait(false)).Result;

    /// <summary>After a failure: finds out what is left of the connection.</summary>
    public Task SettleAsync(Exception failure)
    {
        // A client that has lost its session does not always say so.
        _isBroken |= failure is OperationCanceledException or ClientTransportClosedException || McpFailures.IsSessionLost(failure);
        return _local?.SettleAsync() ?? Task.CompletedTask;
    }

    /// <summary>Connects to a program.</summary>
    /// <exception cref="ToolSetupException">It cannot be started.</exception>
    public static async Task<McpConnection> StartAsync(MCPServerDetails server, int largest, Action toolsChanged, CancellationToken ct)
    {
        var local = LocalServer.Start(server, largest);
        try
        {
            return await OpenAsync(local.Transport, local, toolsChanged, ct).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (exception is not OperationCanceledException)
            {
                await local.SettleAsync().ConfigureAwait(false);
            }

            await local.DisposeAsync().ConfigureAwait(false);
            if (local.End is { } end)
            {
                throw new LocalServerEndedException(end, exception);
            }

            throw;
        }
    }

    /// <summary>Connects to a server on the network.</summary>
    public static Task<McpConnection> ConnectAsync(MCPServerDetails server, Uri address, HttpClient http, Action toolsChanged, CancellationToken ct)
    {
        var options = new HttpClientTransportOptions
        {
            Endpoint = address,
            TransportMode = server.Transport == MCPServerTransport.Sse ? HttpTransportMode.Sse : HttpTransportMode.StreamableHttp,
            AdditionalHeaders = server.Headers.Where(header => header.Value != SecretMask.Text).ToDictionary(StringComparer.OrdinalIgnoreCase),
            MaxReconnectionAttempts = 2,
        };
        return OpenAsync(new HttpClientTransport(options, http), local: null, toolsChanged, ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _listening.CancelAsync().ConfigureAwait(false);
        if (_local is not null)
        {
            await _local.DisposeAsync().ConfigureAwait(false);
        }

        try
        {
            // A server that hangs is not waited for.
            await Task.WhenAll(Client.DisposeAsync().AsTask(), _listen).WaitAsync(Goodbye).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException || McpFailures.IsExpected(exception))
        {
            // Nobody needs it any more.
        }

        _listening.Dispose();
    }

    private static async Task<McpConnection> OpenAsync(IClientTransport transport, LocalServer? local, Action toolsChanged, CancellationToken ct)
    {
        var options = new McpClientOptions
        {
            ClientInfo = new Implementation { Name = "tasklight", Version = typeof(McpConnection).Assembly.GetName().Version?.ToString(3) ?? "0" },
            Handlers = new()
            {
                NotificationHandlers =
                [
                    new(NotificationMethods.ToolListChangedNotification, (_, _) =>
                    {
                        toolsChanged();
                        return ValueTask.CompletedTask;
                    }),
                ],
            },
        };
        var connection = new McpConnection(await McpClient.CreateAsync(transport, options, cancellationToken: ct).ConfigureAwait(false), local);
        connection.Listen();
        return connection;
    }

    // Since that revision changes are told only to who listens; before it, always.
    private void Listen()
    {
        if (Client.ServerCapabilities.Tools?.ListChanged == true && string.CompareOrdinal(Client.NegotiatedProtocolVersion, FirstWithListening) >= 0)
        {
            _listen = ListenAsync(_listening.Token);
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        var request = new JsonRpcRequest
        {
            Method = RequestMethods.SubscriptionsListen,
            Params = new System.Text.Json.Nodes.JsonObject { ["notifications"] = new System.Text.Json.Nodes.JsonObject { ["toolsListChanged"] = true } },
        };
        try
        {
            await Client.SendRequestAsync(request, ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (McpFailures.IsExpected(exception))
        {
            // Then changes are seen when a call finds its tool gone.
        }
    }
}
