namespace Tasklight.Protocol;

/// <summary>Why a tool is called or a sub-agent is asked, in the model's words (contract: events §4).</summary>
public sealed record ToolCallReasoning
{
    /// <summary>A headline.</summary>
    public string? Title { get; init; }

    /// <summary>More words.</summary>
    public string? Description { get; init; }
}
