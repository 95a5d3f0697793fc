using System.Collections.Frozen;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>Takes what another copy of a task says, or a part of it, into the task of a run.</summary>
internal static class TaskMerge
{
    // The server's own: a copy made earlier must not turn them back.
    private static readonly FrozenSet<string> ServersOwn = FrozenSet.Create(
        StringComparer.Ordinal,
        "id", "agent_id", "organization_id", "created_at", "started_at", "paused_at", "finished_at", "updated_at",
        "sub_executions", "finished_sub_executions", "is_manually_stopped", "attempt", "stop");

    /// <summary>True for a copy of this task; any other object is a result, even one that has an id, an agent and a status of its own.</summary>
    public static bool IsCopy(AgentTask task, JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.ValueEquals(task.Id)
        && json.TryGetProperty("agent_id", out _) && json.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String;

    /// <summary>Takes the fields that are there.</summary>
    /// <exception cref="InvalidOperationException">It is another task.</exception>
    public static void Apply(AgentTask task, JsonElement json)
    {
        var other = json.Deserialize(ProtocolJson.Default.AgentTaskFields)!;
        if (other.Id != task.Id)
        {
            throw new InvalidOperationException($"The handler of task '{task.Id}' returned task '{other.Id}'. Return the task it was given, or its result.");
        }

        foreach (var property in ProtocolJson.Default.AgentTaskFields.Properties)
        {
            if (!ServersOwn.Contains(property.Name) && json.TryGetProperty(property.Name, out _))
            {
                property.Set?.Invoke(task, property.Get?.Invoke(other));
            }
        }
    }
}
