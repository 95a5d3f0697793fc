using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>A tool of an MCP server. Approval rules may name it as the server does, whatever the model calls it.</summary>
internal sealed class McpTool(McpServer server, Tool tool, string name, TaskExtension extension) : RuntimeTool
{
    private const int LongestDescription = 4_000;

    public override string Name => name;

    public override string Description { get; } = Session.ToolResultText.Cut(tool.Description ?? tool.Title ?? tool.Name, LongestDescription);

    public override JsonElement Parameters { get; } = extension.Without(tool.InputSchema);

    public override string OperationId => tool.Name;

    // Which of two servers has the plain name depends on which of them is there.
    internal override string DefinedName => $"{server.Name}_{tool.Name}";

    internal override string Origin => server.Origin;

    internal override JsonElement CompleteParameters => tool.InputSchema;

    internal override JsonElement Complete(JsonElement arguments) => extension.Into(arguments, tool.InputSchema);

    public override async ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct)
    {
        try
        {
            return await server.CallAsync(tool, call.Arguments, call.CallId, ct).ConfigureAwait(false);
        }
        catch (McpCallException exception)
        {
            return ToolOutcome.Error(exception.Message);
        }
    }
}
