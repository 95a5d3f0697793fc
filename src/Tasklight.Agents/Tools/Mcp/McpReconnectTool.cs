namespace Tasklight.Agents.Tools.Mcp;

/// <summary>Stands for a server that is away: tells so, and lets the model try again.</summary>
internal sealed class McpReconnectTool(McpServer server, string name) : RuntimeTool
{
    public override string Name => name;

    public override string Description => $"MCP server '{server.Name}' is away, and its tools with it. {server.Problem} This tries to connect to it once more.";

    public override async ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct)
    {
        try
        {
            await server.RetryAsync(ct).ConfigureAwait(false);
        }
        catch (LoginRequiredException exception)
        {
            return new LoginRequired(exception.Login);
        }

        return server.Problem is { } problem
            ? ToolOutcome.Error($"MCP server '{server.Name}' is still away. {problem}")
            : ToolOutcome.Text($"MCP server '{server.Name}' is there again. Its tools are: {string.Join(", ", server.Tools.Select(tool => tool.Name))}.");
    }
}
