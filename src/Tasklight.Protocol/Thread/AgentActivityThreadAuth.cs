namespace Tasklight.Protocol;

/// <summary>A login was needed, or done.</summary>
public sealed record AgentActivityThreadAuth : AgentActivityThreadEntry
{
    /// <summary>Where the login stands.</summary>
    public MCPOAuthResponseType Type { get; init; }

    /// <summary>What belongs to it; never null, and never a token in clear.</summary>
    public MCPOAuthResponseData Data { get; init => field = value ?? new(); } = new();
}
