using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// Pauses a task until a person decides (contract: sdk-http §8, <c>/hitl/request</c>). With <see cref="ToolName"/> and <see cref="Arguments"/> the approval is for
/// exactly that call, once.
/// </summary>
public sealed class CreateApprovalRequest : IWireRequest
{
    /// <summary>Most approvals one action may need.</summary>
    public const int MostRequired = 20;

    internal const int LongestWaitSeconds = 366 * 86_400;

    /// <summary>The task; required.</summary>
    public string TaskId { get; set => field = value ?? ""; } = "";

    /// <summary>The waiting step; required.</summary>
    public string WaitNodeId { get; set => field = value ?? ""; } = "";

    /// <summary>A headline.</summary>
    public string? Title { get; set; }

    /// <summary>More words.</summary>
    public string? Description { get; set; }

    /// <summary>The question.</summary>
    public string? Content { get; set; }

    /// <summary>Tasklight: the tool that would be called.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ToolName { get; set; }

    /// <summary>Tasklight: the exact arguments it would be called with, an object. Required with <see cref="ToolName"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Arguments { get; set; }

    /// <summary>Tasklight: the hash of the call, when the caller made it (<see cref="Protocol.ActionHash"/>); the server makes it, too, and refuses another one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ActionHash { get; set; }

    /// <summary>Tasklight: seconds the decision may take, from 1 to a year; null = no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ExpiresInSeconds { get; set; }

    /// <summary>Tasklight: how many must approve, 1 to <see cref="MostRequired"/>; 1 unless said. One rejection is enough.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Required { get; set; }

    /// <summary>Tasklight: names or ids of the keys that may decide; empty = every key of scope <c>approve</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Approvers { get; set; }

    /// <summary>Tasklight: an approver may change the arguments.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowEdit { get; set; }

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors)
    {
        WireRules.Required(errors, TaskId, "task_id");
        WireRules.Required(errors, WaitNodeId, "wait_node_id");
        WireRules.Object(errors, Arguments, "arguments");
        WireRules.OneOfEachKey(errors, Arguments, "arguments");
        WireRules.InRange(errors, ExpiresInSeconds, 1, LongestWaitSeconds, "expires_in_seconds");
        WireRules.InRange(errors, Required, 1, MostRequired, "required");
        WireRules.NoNulls(errors, Approvers ?? [], "approvers");
        if (string.IsNullOrEmpty(ToolName) != Arguments is null)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.Missing, "tool_name and arguments name the action together: send both or neither.", ToolName is null ? "tool_name" : "arguments"));
        }
        else if (ActionHash is not null && (ToolName is null || ActionHash != Protocol.ActionHash.Of(ToolName, Arguments!.Value)))
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, "This is not the hash of tool_name and arguments; leave it out, the server makes it.", "action_hash"));
        }

        if (AllowEdit && ToolName is null)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, "Only arguments can be edited: send tool_name and arguments.", "allow_edit"));
        }

        if (Approvers is { Count: > 0 } && Required > Approvers.Count)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, $"{Required} approvals are more than the {Approvers.Count} approvers can give.", "required"));
        }
    }
}
