using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Server;
using Tasklight.Agents.Tests.Tools;
using Tasklight.Server.Tests.Logins;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>A real MCP server that wants a login at a real authorization server; its one tool tells whose mail it reads.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _users = new(StringComparer.Ordinal);
    private McpDouble _mcp = null!;

    private MailServer(AuthorizationServerDouble authority) => Authority = authority;

    public AuthorizationServerDouble Authority { get; }

    public string Address => _mcp.Address;

    /// <summary>What a token must be good for to call the tool; null = for nothing.</summary>
    public string? CallScope { get; set; }

    public static async Task<MailServer> StartAsync()
    {
        var mail = new MailServer(await AuthorizationServerDouble.StartAsync());
        mail._mcp = await McpDouble.StartAsync(McpDouble.Tool("read", (McpServer server) => $"mail of {mail._users[server.SessionId!]}"));
        mail.Authority.Resource = mail.Address;
        mail._mcp.Before = async context =>
        {
            if (mail.Authority.Refuses(context, out var user, await IsCallAsync(context) ? mail.CallScope : null))
                return true;
            mail._users[context.Request.Headers["Mcp-Session-Id"].ToString()] = user!;
            return false;
        };
        return mail;
    }

    private static async Task<bool> IsCallAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        context.Request.Body.Position = 0;
        return body.Contains("\"tools/call\"", StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _mcp.DisposeAsync();
        await Authority.DisposeAsync();
    }
}
