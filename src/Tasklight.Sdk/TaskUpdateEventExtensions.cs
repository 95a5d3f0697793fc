using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;

namespace Tasklight.Sdk;

/// <summary>Reads an event's data as what its type says. Null when the event is of another type, or its data has another shape.</summary>
public static class TaskUpdateEventExtensions
{
    /// <summary>The event's type as one of those known here; null for a word of a newer server, which <see cref="TaskUpdateEvent.Type"/> still tells.</summary>
    public static TaskUpdateEventType? KnownType(this TaskUpdateEvent update) => TaskEventTypes.TryParse(update.Type, out var type) ? type : null;

    /// <summary>The piece of text of a <c>chunk</c>.</summary>
    public static string? AsChunk(this TaskUpdateEvent update) =>
        update.Type == TaskEventTypes.Chunk && update.Data.ValueKind == JsonValueKind.String ? update.Data.GetString() : null;

    /// <summary>The task of <c>task_created</c>, <c>task_updated</c> and <c>task_finished</c>, as it was then.</summary>
    public static AgentTaskFields? AsTask(this TaskUpdateEvent update) =>
        TaskEventTypes.IsLifecycle(update.Type) ? Read(update, ProtocolJson.Default.AgentTaskFields) : null;

    /// <summary>The plan of <c>plan_updated</c>.</summary>
    public static DeepPlanning? AsPlan(this TaskUpdateEvent update) =>
        update.Type == TaskEventTypes.PlanUpdated ? Read(update, ProtocolJson.Default.DeepPlanning) : null;

    /// <summary>The call of <c>tool_call_request</c>.</summary>
    public static ToolCallRequest? AsToolCallRequest(this TaskUpdateEvent update) =>
        update.Type == TaskEventTypes.ToolCallRequest ? Read(update, ProtocolJson.Default.ToolCallRequest) : null;

    /// <summary>The call and its outcome of <c>tool_call_result</c>.</summary>
    public static ToolCallResult? AsToolCallResult(this TaskUpdateEvent update) =>
        update.Type == TaskEventTypes.ToolCallResult ? Read(update, ProtocolJson.Default.ToolCallResult) : null;

    /// <summary>The login of <c>auth_event</c>: needed, done or failed.</summary>
    public static MCPOAuthGetTokenResponse? AsAuthEvent(this TaskUpdateEvent update) =>
        update.Type == TaskEventTypes.AuthEvent ? Read(update, ProtocolJson.Default.MCPOAuthGetTokenResponse) : null;

    /// <summary>The step of <c>think</c> and <c>analyze</c>; a bare text becomes its <see cref="ReasoningStep.Thought"/>.</summary>
    public static ReasoningStep? AsReasoning(this TaskUpdateEvent update)
    {
        if (update.Type is not (TaskEventTypes.Think or TaskEventTypes.Analyze))
        {
            return null;
        }

        if (update.Data.ValueKind == JsonValueKind.String)
        {
            return new ReasoningStep { Thought = update.Data.GetString() };
        }

        var payload = Read(update, ProtocolJson.Default.ToolCallRequest)?.Payload;
        return payload is { ValueKind: JsonValueKind.Object } && payload.Value.TryGetProperty("input", out var step)
            ? Read(step, ProtocolJson.Default.ReasoningStep)
            : null;
    }

    /// <summary>The step of summarising of <c>task_compactization</c>.</summary>
    public static TaskCompactizationEvent? AsCompactization(this TaskUpdateEvent update) =>
        update.Type == TaskEventTypes.TaskCompactization ? Read(update, ProtocolJson.Default.TaskCompactizationEvent) : null;

    /// <summary>Which agent was asked for what, of <c>sub_agent_trigger</c>.</summary>
    public static SubAgentTrigger? AsSubAgentTrigger(this TaskUpdateEvent update) =>
        update.Type == TaskEventTypes.SubAgentTrigger ? Read(update, ProtocolJson.Default.SubAgentTrigger) : null;

    /// <summary>How full the model's context window is, of <c>context_status</c>.</summary>
    public static ContextStatus? AsContextStatus(this TaskUpdateEvent update) =>
        update.Type == TaskEventTypes.ContextStatus ? Read(update, ProtocolJson.Default.ContextStatus) : null;

    private static T? Read<T>(TaskUpdateEvent update, JsonTypeInfo<T> type)
        where T : class => Read(update.Data, type);

    private static T? Read<T>(JsonElement data, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return data.Deserialize(type);
        }
        catch (JsonException)
        {
            // A newer server or another worker may say it differently; the raw data is still there.
            return null;
        }
    }
}
