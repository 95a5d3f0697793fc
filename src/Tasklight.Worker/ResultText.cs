using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>Turns what a handler returns into the task's result.</summary>
internal static class ResultText
{
    /// <summary>Snake case, as everything on the wire.</summary>
    public static JsonSerializerOptions Options { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>
    /// A task's fields are taken, a text becomes the result, nothing leaves it, anything else becomes JSON text. Data of a
    /// <c>task_finished</c> comes as JSON and means the same.
    /// </summary>
    public static void Apply(AgentTask task, object? returned)
    {
        switch (returned)
        {
            case null:
            case AgentTask other when ReferenceEquals(other, task):
            case JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }:
                return;
            case AgentTaskFields other:
                TaskMerge.Apply(task, JsonSerializer.SerializeToElement(other, ProtocolJson.Default.AgentTaskFields));
                return;
            case JsonElement { ValueKind: JsonValueKind.String } text:
                task.Result = text.GetString();
                return;
            case JsonElement json when TaskMerge.IsCopy(task, json):
                TaskMerge.Apply(task, json);
                return;
            case JsonElement json:
                task.Result = json.GetRawText();
                return;
            case string text:
                task.Result = text;
                return;
            default:
                task.Result = JsonSerializer.Serialize(returned, returned.GetType(), Options);
                return;
        }
    }

    /// <summary>The same, as the data of an event.</summary>
    public static JsonElement ToJson(object? returned) => returned switch
    {
        JsonElement json => json,
        AgentTaskFields task => JsonSerializer.SerializeToElement(task, ProtocolJson.Default.AgentTaskFields),
        null => JsonElement.Parse("null"u8),
        _ => JsonSerializer.SerializeToElement(returned, returned.GetType(), Options),
    };
}
