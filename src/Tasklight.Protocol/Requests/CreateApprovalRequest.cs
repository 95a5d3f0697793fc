namespace Tasklight.Protocol;

/// <summary>Pauses a task until a person decides (contract: sdk-http §8, <c>/hitl/request</c>).</summary>
public sealed class CreateApprovalRequest : IWireRequest
{
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

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors)
    {
        WireRules.Required(errors, TaskId, "task_id");
        WireRules.Required(errors, WaitNodeId, "wait_node_id");
    }
}
