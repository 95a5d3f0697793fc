using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>Approves or rejects what a task waits for (contract: extensions §4, sdk-http §8); the route says which. Everything is optional.</summary>
public sealed class ApprovalDecisionRequest : IWireRequest
{
    /// <summary>The action the decision is about; refused when the task waits for another one.</summary>
    public string? ActionHash { get; set; }

    /// <summary>The waiting step the decision is about; refused when the task waits at another one, though it be for the same action once more.</summary>
    public string? WaitNodeId { get; set; }

    /// <summary>Why; a rejection's reason goes back to the model.</summary>
    public string? Reason { get; set; }

    /// <summary>Approve: call the tool with these arguments instead, an object; only where the request allows it.</summary>
    public JsonElement? Arguments { get; set; }

    /// <summary>Approve: who did, when it is not the key's owner.</summary>
    public string? ApprovedBy { get; set; }

    /// <summary>Reject: who did, when it is not the key's owner.</summary>
    public string? RejectedBy { get; set; }

    /// <summary>Approve: words for the record.</summary>
    public string? Comment { get; set; }

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors)
    {
        WireRules.Object(errors, Arguments, "arguments");
        WireRules.OneOfEachKey(errors, Arguments, "arguments");
    }
}
