using System.Globalization;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Http;

/// <summary>One call of an agent's tool (contract: sdk-http §7): what is sent, and what its outcome means.</summary>
internal sealed class ToolCall
{
    private readonly Agent _agent;
    private readonly string _toolId;
    private readonly ToolInvocationResult _sent;

    public ToolCall(Agent agent, string toolId, JsonElement payload, JsonElement? extension, string? taskId, string? toolCallId)
    {
        ArgumentException.ThrowIfNullOrEmpty(toolId);
        (_agent, _toolId) = (agent, toolId);
        _sent = new() { ToolId = toolId, TaskId = taskId, ToolCallId = toolCallId, Payload = PayloadExtension.Merged(payload, extension) };
    }

    public Call<JsonElement> Request()
    {
        var request = new ApiRequest(HttpMethod.Post, $"/agents/{PathText.Of(_agent.Id)}/operations/{PathText.Of(_toolId)}", $"invoke tool '{_toolId}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(_sent.Payload, ProtocolJson.Default.JsonElement),
            AgentVersion = _agent.Version.ToString(CultureInfo.InvariantCulture),
            ExecutionId = _sent.TaskId,
        };
        return new(request, answer => answer.IsJson ? Answers.Read(request, answer, ProtocolJson.Default.JsonElement) : Text(System.Text.Encoding.UTF8.GetString(answer.Body)));
    }

    public ToolInvocationResult Succeeded(JsonElement result) => _sent with { Result = result, IsSuccess = true };

    public ToolInvocationResult Failed(ModuleException exception) => _sent with { Result = Text(exception.Description), StatusCode = exception.StatusCode };

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, ProtocolJson.Default.String);
}
