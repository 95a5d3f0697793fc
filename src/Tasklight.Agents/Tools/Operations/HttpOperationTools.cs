using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools.Operations;

/// <summary>The HTTP operations of an agent's definition as tools: those of its tools that have a <c>url</c>.</summary>
internal sealed class HttpOperationTools(ToolAccess access) : IToolSource
{
    /// <inheritdoc/>
    /// <exception cref="ToolSetupException">An operation is defined in a way that can never work.</exception>
    public ValueTask<IReadOnlyList<RuntimeTool>> OpenAsync(AgentContext context, AgentTask task, CancellationToken ct)
    {
        var names = new ToolNames([]);
        IReadOnlyList<RuntimeTool> tools = [.. context.Tools.Where(tool => !string.IsNullOrEmpty(tool.Url)).Select(tool => Of(tool, names, task))];
        return ValueTask.FromResult(tools);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private HttpOperationTool Of(AgentTool tool, ToolNames names, AgentTask task) =>
        new(tool, names.Take(tool.Name, tool.Id), new HttpOperation(tool, access), TaskExtension.Of(task));
}
