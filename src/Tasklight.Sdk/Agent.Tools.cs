using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <content>The agent's tools, called where the server runs them.</content>
public sealed partial class Agent
{
    /// <summary>
    /// Has the server call one of the agent's tools. Whatever goes wrong is told by the result. A Tasklight server calls plan tools and HTTP
    /// operations; all others run in the worker (501).
    /// </summary>
    /// <param name="toolId">The tool's id, see <see cref="AgentFields.Tools"/>.</param>
    /// <param name="payload">What it is given, usually an object with <c>body_params</c>, <c>query_params</c>, <c>path_params</c>.</param>
    /// <param name="payloadExtension">Merged into the payload, over what is there; usually the task's <see cref="AgentTaskFields.PayloadExtension"/>.</param>
    /// <param name="taskId">The task in which it is called.</param>
    /// <param name="toolCallId">Your id of the call; comes back in the result.</param>
    /// <param name="ct">Ends the call; the tool may have been called all the same.</param>
    public async Task<ToolInvocationResult> InvokeToolAsync(
        string toolId, JsonElement payload, JsonElement? payloadExtension = null, string? taskId = null, string? toolCallId = null, CancellationToken ct = default)
    {
        var call = new ToolCall(this, toolId, payload, payloadExtension, taskId, toolCallId);
        try
        {
            return call.Succeeded(await _transport.SendAsync(call.Request(), ct).ConfigureAwait(false));
        }
        catch (ModuleException exception)
        {
            return call.Failed(exception);
        }
    }

    /// <inheritdoc cref="InvokeToolAsync"/>
    public ToolInvocationResult InvokeTool(
        string toolId, JsonElement payload, JsonElement? payloadExtension = null, string? taskId = null, string? toolCallId = null, CancellationToken ct = default)
    {
        var call = new ToolCall(this, toolId, payload, payloadExtension, taskId, toolCallId);
        try
        {
            return call.Succeeded(_transport.Send(call.Request(), ct));
        }
        catch (ModuleException exception)
        {
            return call.Failed(exception);
        }
    }
}
