using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>The data of a session step of kind <see cref="SessionStepKinds.Approval"/>: what became of a request to approve an action. The server alone writes it.</summary>
public sealed record ApprovalStep
{
    /// <summary>The action was approved: once, with exactly <see cref="Arguments"/>.</summary>
    public const string Approved = "approved";

    /// <summary>The action was rejected.</summary>
    public const string Rejected = "rejected";

    /// <summary>Nobody decided in time.</summary>
    public const string Expired = "expired";

    /// <summary>The waiting step, as the request named it: the tool call's id.</summary>
    public string WaitNodeId { get; init => field = value ?? ""; } = "";

    /// <summary>The tool.</summary>
    public string? ToolName { get; init; }

    /// <summary><see cref="Approved"/>, <see cref="Rejected"/> or <see cref="Expired"/>.</summary>
    public string Verdict { get; init => field = value ?? ""; } = "";

    /// <summary>Who decided; the last one where several had to. Null when nobody did.</summary>
    public string? By { get; init; }

    /// <summary>The id of the key that decided, whatever <see cref="By"/> says; the last one where several had to. Left out when nobody did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? KeyId { get; init; }

    /// <summary>All who approved it, each key once; left out when it was not approved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ApprovalGiven>? Approvals { get; init; }

    /// <summary>Why; for the model to read. Left out when nothing was said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The hash of what was decided on (<see cref="Protocol.ActionHash"/>); of the edited arguments when they were edited.</summary>
    public string? ActionHash { get; init; }

    /// <summary>The arguments that were approved; left out when it was not approved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Arguments { get; init; }

    /// <summary>True when the approver changed the arguments; left out when false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEdited { get; init; }

    /// <summary>When.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? At { get; init; }
}
