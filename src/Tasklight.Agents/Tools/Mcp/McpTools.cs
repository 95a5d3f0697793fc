using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>The tools of the MCP servers that an agent's definition and its task name (contract: task-object §10).</summary>
internal sealed class McpTools(ToolAccess access, TimeProvider clock) : IToolSource
{
    private readonly List<McpServer> _servers = [];
    private string _shown = "";

    /// <summary>A server has told of a change, or is there again.</summary>
    public bool HasChanged => _servers.Exists(server => server.IsStale) || _shown != Shown();

    /// <inheritdoc/>
    /// <exception cref="ToolSetupException">A server can never be reached from here.</exception>
    /// <exception cref="LoginRequiredException">A server wants a login before it shows its tools.</exception>
    public async ValueTask<IReadOnlyList<RuntimeTool>> OpenAsync(AgentContext context, AgentTask task, CancellationToken ct)
    {
        if (_servers.Count == 0)
        {
            _servers.AddRange(ServersOf(context, task));
        }

        await Task.WhenAll(_servers.Select(server => server.RefreshAsync(ct))).ConfigureAwait(false);
        _shown = Shown();
        var names = new ToolNames(context.Tools.Select(tool => tool.Name));
        var extension = TaskExtension.Of(task);
        return [.. _servers.SelectMany(server => ToolsOf(server, names, extension))];
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_servers.Select(server => server.DisposeAsync().AsTask())).ConfigureAwait(false);

    private static IEnumerable<RuntimeTool> ToolsOf(McpServer server, ToolNames names, TaskExtension extension) => server.Problem is null
        ? [.. server.Tools.Select(tool => new McpTool(server, tool, names.Take(tool.Name, server.Name), extension))]
        : [new McpReconnectTool(server, names.Take($"connect_{server.Name}", "mcp"))];

    private IReadOnlyList<McpServer> ServersOf(AgentContext context, AgentTask task)
    {
        var names = new ToolNames([]);
        var ofAgent = context.Agent.McpServers.Count;
        List<McpServer> servers = [.. context.McpServers.Select((server, place) => ServerOf(server, names.Take(NameOf(server), "mcp"), place < ofAgent, task))];
        servers.ForEach(server => server.CheckSetup());
        return servers;
    }

    private McpServer ServerOf(MCPServerDetails server, string name, bool ofAgent, AgentTask task) => new(server, name, ofAgent, access, new McpLogin(server, name, task), clock);

    private static string NameOf(MCPServerDetails server)
    {
        if (!string.IsNullOrWhiteSpace(server.Name))
        {
            return server.Name;
        }

        return Uri.TryCreate(server.Url, UriKind.Absolute, out var address) ? address.Host : Path.GetFileNameWithoutExtension(server.Command?.Split(' ')[0] ?? "server");
    }

    // What the model would see of the servers; a difference is a reason to show it anew.
    private string Shown() => string.Join('\n', _servers.Select(server => $"{server.Problem}\t{string.Join(',', server.Tools.Select(tool => tool.Name))}"));
}
