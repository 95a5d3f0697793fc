using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Tasklight.Agents.Tests.Tools;

/// <summary>A real MCP server over streamable HTTP, with sessions, whose tools and moods a test sets.</summary>
internal sealed class McpDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, StreamableHttpServerTransport> _sessions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _listenedTo = Until.Signal();

    private McpDouble(IEnumerable<McpServerTool> tools)
    {
        foreach (var tool in tools)
            Tools.Add(tool);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public McpServerPrimitiveCollection<McpServerTool> Tools { get; } = [];

    public string Address => $"{_app.Urls.First()}/mcp";

    /// <summary>Answers a request instead of the server when it returns true.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = static _ => Task.FromResult(false);

    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Headers { get; } = new();

    public int Sessions => _sessions.Count;

    /// <summary>A client listens: it begins to by itself, beside its first requests, and what changes before is told to nobody.</summary>
    public Task ListenedTo => _listenedTo.Task.InTime();

    public static async Task<McpDouble> StartAsync(params IEnumerable<McpServerTool> tools)
    {
        var server = new McpDouble(tools);
        await server._app.StartAsync();
        return server;
    }

    public static McpServerTool Tool(string name, Delegate method, bool isReadOnly = false) =>
        McpServerTool.Create(method, new() { Name = name, Description = $"Does {name}.", ReadOnly = isReadOnly });

    /// <summary>Forgets all sessions, as a server that was started anew.</summary>
    public async Task RestartAsync()
    {
        foreach (var id in _sessions.Keys)
        {
            if (_sessions.TryRemove(id, out var session))
                await session.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await RestartAsync();
        await _app.DisposeAsync();
        _ended.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Headers.Enqueue(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        if (await Before(context))
            return;

        var session = _sessions.GetValueOrDefault(context.Request.Headers["Mcp-Session-Id"].ToString());
        switch (context.Request.Method)
        {
            case "POST":
                await PostAsync(context, session);
                break;
            case "GET" when session is not null:
                context.Response.ContentType = "text/event-stream";
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ended.Token))
                {
                    var listening = session.HandleGetRequestAsync(context.Response.Body, either.Token);
                    _listenedTo.TrySetResult();
                    await listening;
                }

                break;
            default:
                context.Response.StatusCode = session is null ? 404 : 200;
                break;
        }
    }

    private async Task PostAsync(HttpContext context, StreamableHttpServerTransport? session)
    {
        var message = (JsonRpcMessage)(await JsonSerializer.DeserializeAsync(context.Request.Body, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage))))!;
        if (message is JsonRpcRequest { Method: "initialize" })
        {
            session = Begin();
            context.Response.Headers["Mcp-Session-Id"] = session.SessionId;
        }

        if (session is null)
        {
            // Before a session there is nothing but its beginning.
            context.Response.StatusCode = message is JsonRpcRequest { Method: "server/discover" } ? 400 : 404;
            await context.Response.WriteAsJsonAsync(new { jsonrpc = "2.0", id = (message as JsonRpcRequest)?.Id.ToString(), error = new { code = -32601, message = "There is no session." } });
            return;
        }

        context.Response.ContentType = "text/event-stream";
        if (!await session.HandlePostRequestAsync(message, context.Response.Body, context.RequestAborted))
            context.Response.StatusCode = 202;
    }

    private StreamableHttpServerTransport Begin()
    {
        var transport = new StreamableHttpServerTransport { SessionId = Guid.NewGuid().ToString("N") };
        _sessions[transport.SessionId] = transport;
        _ = RunAsync(transport);
        return transport;
    }

    private async Task RunAsync(StreamableHttpServerTransport transport)
    {
        var options = new McpServerOptions { ServerInfo = new() { Name = "double", Version = "1" }, ToolCollection = Tools };
        await using var server = McpServer.Create(transport, options);
        await server.RunAsync(_ended.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
