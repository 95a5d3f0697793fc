using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// The small update a client sends (contract: sdk-http §6.4, <c>Tasks.update</c>): what is null is left out and stays as it is. The server
/// reads it, and a whole saved task, as <see cref="TaskPatch"/>.
/// </summary>
public sealed class UpdateTaskRequest
{
    /// <summary>The task's <c>payload_extension</c>, under the name this route uses.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? ToolCallPayloadExtension { get; set; }

    /// <summary>Where the task came from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; set; }

    /// <summary>The new status.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AgentExecutionStatus? Status { get; set; }

    /// <summary>The cursor of a workflow.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastExecutedNodeId { get; set; }

    /// <summary>The answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Result { get; set; }
}
