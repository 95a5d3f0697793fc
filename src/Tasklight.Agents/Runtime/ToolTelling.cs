using System.Text.Json;
using Tasklight.Agents.Session;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Worker;

namespace Tasklight.Agents.Runtime;

/// <summary>Tells tool calls as events (contract: events §4).</summary>
internal sealed class ToolTelling(TaskContext context)
{
    private const int LongestTold = 8_000;
    private const int Beginning = 2_000;

    /// <summary>A call begins.</summary>
    public ValueTask BeginsAsync(RuntimeTool tool, string callId, JsonElement arguments) => tool.Events switch
    {
        ToolEvents.Call => context.PushAsync(
            TaskEventTypes.ToolCallRequest, JsonSerializer.SerializeToElement(Request(tool, callId, arguments), ProtocolJson.Default.ToolCallRequest)),
        ToolEvents.Think => context.PushAsync(TaskEventTypes.Think, Reasoning(callId, tool.Name, StepOf(tool, arguments))),
        ToolEvents.Analyze => context.PushAsync(TaskEventTypes.Analyze, Reasoning(callId, tool.Name, StepOf(tool, arguments))),
        _ => ValueTask.CompletedTask,
    };

    /// <summary>A call has ended. What is long is told in part: display only.</summary>
    public ValueTask EndedAsync(RuntimeTool tool, string callId, JsonElement arguments, ToolOutcome outcome)
    {
        if (tool.Events != ToolEvents.Call)
        {
            return ValueTask.CompletedTask;
        }

        return TellResultAsync(Request(tool, callId, arguments), outcome);
    }

    /// <summary>A call that is not made: no request is told, because nothing starts, but an end with the error, so that whoever follows the task sees what came to nothing and why.</summary>
    public ValueTask RefusedAsync(RuntimeTool? tool, ToolCall call, ToolOutcome refusal) => tool is { Events: not ToolEvents.Call }
        ? ValueTask.CompletedTask
        : TellResultAsync(
            new()
            {
                RequestId = call.Id,
                OperationId = tool?.OperationId ?? call.Name,
                ToolCallId = call.Id,
                ToolName = call.Name,
                Payload = call.Arguments.ValueKind == JsonValueKind.Undefined ? null : call.Arguments,
            },
            refusal);

    /// <summary>The data of think and analyze: the step is the payload's input.</summary>
    public static JsonElement Reasoning(string id, string tool, ReasoningStep step)
    {
        var input = JsonSerializer.SerializeToElement(step, ProtocolJson.Default.ReasoningStep);
        var payload = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["input"] = input };
        var request = new ToolCallRequest
        {
            RequestId = id,
            OperationId = tool,
            ToolCallId = id,
            ToolName = tool,
            Payload = JsonSerializer.SerializeToElement(payload, ToolTellingJson.Default.DictionaryStringJsonElement),
        };
        return JsonSerializer.SerializeToElement(request, ProtocolJson.Default.ToolCallRequest);
    }

    private ValueTask TellResultAsync(ToolCallRequest request, ToolOutcome outcome)
    {
        var result = new ToolCallResult
        {
            RequestId = request.RequestId,
            OperationId = request.OperationId,
            ToolCallId = request.ToolCallId,
            ToolName = request.ToolName,
            Payload = request.Payload,
            PlanTaskId = request.PlanTaskId,
            Result = Shortened(outcome.Result),
            IsError = outcome.IsError,
        };
        return context.PushAsync(TaskEventTypes.ToolCallResult, JsonSerializer.SerializeToElement(result, ProtocolJson.Default.ToolCallResult));
    }

    // Title and confidence are never left out: the baseline client wants both.
    private static ReasoningStep StepOf(RuntimeTool tool, JsonElement arguments) => new()
    {
        Title = Text(arguments, "title") ?? tool.Name,
        Confidence = arguments.TryGetProperty("confidence", out var confidence) && confidence.ValueKind == JsonValueKind.Number ? confidence.GetDouble() : 1,
        Thought = Text(arguments, "thought"),
        Action = Text(arguments, "action"),
        Result = Text(arguments, "result"),
        Analysis = Text(arguments, "analysis"),
    };

    private static string? Text(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ToolCallRequest Request(RuntimeTool tool, string callId, JsonElement arguments) => new()
    {
        RequestId = callId,
        OperationId = tool.OperationId,
        ToolCallId = callId,
        ToolName = tool.Name,
        Payload = arguments,
    };

    private static JsonElement Shortened(JsonElement result)
    {
        var text = ToolResultText.Whole(result);
        return text.Length <= LongestTold
            ? result
            : JsonSerializer.SerializeToElement($"{ToolResultText.Cut(text, Beginning)}… [{text.Length} characters in all]", ProtocolJson.Default.String);
    }
}
