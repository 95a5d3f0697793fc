using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>Turns what a handler returns into the task's result.</summary>
internal static class ResultText
{
    /// <summary>Snake case, as everything on the wire.</summary>
    public static JsonSerializerOptions Options { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A task keeps what it holds, a text becomes the result, nothing leaves it, anything else becomes JSON text.</summary>
    public static void Apply(AgentTask task, object? returned)
    {
        switch (returned)
        {
            case null:
                return;
            case AgentTask other when ReferenceEquals(other, task):
                return;
            case AgentTaskFields other when other.Id != task.Id:
                throw new InvalidOperationException($"The handler of task '{task.Id}' returned task '{other.Id}'. Return the task it was given, or its result.");
            case AgentTaskFields other:
                (task.Status, task.Result, task.Tokens, task.UsedTools) = (other.Status, other.Result, other.Tokens, other.UsedTools);
                return;
            case string text:
                task.Result = text;
                return;
            default:
                task.Result = JsonSerializer.Serialize(returned, returned.GetType(), Options);
                return;
        }
    }
}
