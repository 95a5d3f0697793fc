using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Events;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>The two events of a tool call that the server tells (contract: events §4).</summary>
static class ToolEvents
{
    // Longer results are shown by their beginning: an event is for those who watch, the caller has the whole.
    const int LongestResult = 8_000;
    const int ShownOfLonger = 2_000;

    public static ToolCallRequest Request(string tool, JsonElement? payload, string? name = null) =>
        new() { RequestId = Guid.NewGuid().ToString(), OperationId = tool, ToolName = name ?? tool, Payload = payload };

    public static EventDraft Draft(ToolCallRequest request, DateTimeOffset now) =>
        new(TaskEventTypes.ToolCallRequest, now, AsciiJson.Bytes(request, ProtocolJson.Default.ToolCallRequest), EventKind.Server);

    public static EventDraft Draft(ToolCallRequest request, JsonElement output, bool isError, DateTimeOffset now)
    {
        var result = new ToolCallResult
        {
            RequestId = request.RequestId,
            OperationId = request.OperationId,
            ToolName = request.ToolName,
            Payload = request.Payload,
            Result = Shown(output),
            IsError = isError,
        };
        return new(TaskEventTypes.ToolCallResult, now, AsciiJson.Bytes(result, ProtocolJson.Default.ToolCallResult), EventKind.Server);
    }

    static JsonElement Shown(JsonElement output)
    {
        var text = output.ValueKind == JsonValueKind.String ? output.GetString()! : output.GetRawText();
        return text.Length <= LongestResult
            ? output
            : JsonSerializer.SerializeToElement($"{text[..ShownOfLonger]}… [the first {ShownOfLonger} of {text.Length} characters]", ProtocolJson.Default.String);
    }
}
