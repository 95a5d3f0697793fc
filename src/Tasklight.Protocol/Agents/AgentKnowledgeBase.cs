namespace Tasklight.Protocol;

/// <summary>A knowledge base an agent may use.</summary>
public sealed record AgentKnowledgeBase
{
    /// <summary>Its id.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Whether the agent may write to it; false unless said.</summary>
    public bool Rw { get; init; }
}
