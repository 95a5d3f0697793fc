using Tasklight.Protocol;

namespace Tasklight.Agents.Session;

/// <summary>A call and what is known of it.</summary>
internal sealed class CallState(ToolCall call)
{
    public ToolCall Call => call;

    /// <summary>What came of it; null = it has not ended.</summary>
    public ToolResultStep? Result { get; set; }

    /// <summary>The number of the result's step.</summary>
    public int ResultNumber { get; set; }

    /// <summary>What a person decided about it; the last decision counts.</summary>
    public ApprovalStep? Approval { get; set; }

    /// <summary>It was approved and may have been made.</summary>
    public bool IsStarted { get; set; }
}
