namespace Tasklight.Protocol;

/// <summary>What the user asked or the agent answered.</summary>
public sealed record AgentActivityThreadMessage : AgentActivityThreadEntry
{
    /// <summary>Who speaks.</summary>
    public ActivityRole Role { get; init; }

    /// <summary>What was said; never null.</summary>
    public AgentActivityThreadMessageContent Content { get; init => field = value ?? new(); } = new();
}
