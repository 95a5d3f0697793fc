namespace Tasklight.Protocol;

/// <summary>Which tool calls of an agent a person approves, and how. The first rule that covers a tool counts.</summary>
public sealed record AgentApprovalRule
{
    /// <summary>Seconds that a decision may take unless said: a day.</summary>
    public const int DefaultExpirySeconds = 86_400;

    /// <summary>A tool's name; <c>*</c> stands for any characters, <c>?</c> for one. Required.</summary>
    // None is init: the JSON source generator gives init-only properties that are absent the type's default.
    public string Tool { get; set => field = value ?? ""; } = "";

    /// <summary>How many must approve, 1 to 20; 1 unless said.</summary>
    public int Required { get; set; } = 1;

    /// <summary>Names or ids of the keys that may decide; empty = every key of scope <c>approve</c>. Never null.</summary>
    public IReadOnlyList<string> Approvers { get; set => field = value ?? []; } = [];

    /// <summary>Seconds that the decision may take, 1 to a year; a day unless said.</summary>
    public int ExpiresInSeconds { get; set; } = DefaultExpirySeconds;

    /// <summary>The approver may change the arguments; false unless said.</summary>
    public bool AllowEdit { get; set; }

    internal void Validate(ICollection<FieldError> errors, int position)
    {
        WireRules.Required(errors, Tool, "approvals", position, "tool");
        WireRules.InRange(errors, Required, 1, CreateApprovalRequest.MostRequired, "approvals", position, "required");
        WireRules.InRange(errors, ExpiresInSeconds, 1, CreateApprovalRequest.LongestWaitSeconds, "approvals", position, "expires_in_seconds");
        WireRules.NoNulls(errors, Approvers, "approvals", position, "approvers");
        if (Approvers.Count > 0 && Required > Approvers.Count)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, $"{Required} approvals are more than the {Approvers.Count} approvers can give.", "approvals", position, "required"));
        }
    }
}
