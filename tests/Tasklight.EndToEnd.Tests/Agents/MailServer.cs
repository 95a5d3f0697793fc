using System.Collections.Concurrent;
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

    public static async Task<MailServer> StartAsync()
    {
        var mail = new MailServer(await AuthorizationServerDouble.StartAsync());
        mail._mcp = await McpDouble.StartAsync(McpDouble.Tool("read", (McpServer server) => $"mail of {mail._users[server.SessionId!]}"));
        mail.Authority.Resource = mail.Address;
        mail._mcp.Before = context =>
        {
            if (mail.Authority.Refuses(context, out var user))
                return Task.FromResult(true);
            mail._users[context.Request.Headers["Mcp-Session-Id"].ToString()] = user!;
            return Task.FromResult(false);
        };
        return mail;
    }

    public async ValueTask DisposeAsync()
    {
        await _mcp.DisposeAsync();
        await Authority.DisposeAsync();
    }
}
