using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// What a paused task waits for a person to decide (contract: task-object §8). Every key but <c>wait_node_id</c> is left out when null;
/// keys not named here are kept.
/// </summary>
public sealed record HumanInTheLoopRequest
{
    /// <summary>The waiting step. Always present on the wire.</summary>
    public string WaitNodeId { get; init => field = value ?? ""; } = "";

    /// <summary>The operation that waits, in the older form of the contract.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OperationId { get; init; }

    /// <summary>A headline for the approver.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; init; }

    /// <summary>More words for the approver.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>The question itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }

    /// <summary>Who approved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ApprovedBy { get; init; }

    /// <summary>Who rejected.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RejectedBy { get; init; }

    /// <summary>Tasklight: the tool that would be called.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ToolName { get; init; }

    /// <summary>Tasklight: the exact arguments it would be called with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Arguments { get; init; }

    /// <summary>Tasklight: the hash of tool and arguments. An approval is for this hash, once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ActionHash { get; init; }

    /// <summary>Tasklight: when the approval can no longer be given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Tasklight: how many must approve; null = 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Required { get; init; }

    /// <summary>Tasklight: who did so far, where several must.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ApprovalGiven>? Approvals { get; init; }

    /// <summary>Tasklight: names or ids of the keys that may decide; null = every key of scope <c>approve</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Approvers { get; init; }

    /// <summary>Tasklight: an approver may change the arguments. Left out when false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllowEdit { get; init; }

    /// <summary>Tasklight: an approver has changed the arguments, and others must approve them. Left out when false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEdited { get; init; }

    /// <summary>Keys not named above, kept as they came.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
