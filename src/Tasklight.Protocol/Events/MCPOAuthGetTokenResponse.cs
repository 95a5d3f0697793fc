namespace Tasklight.Protocol;

/// <summary>The state of a login to an MCP server or a connector (contract: events §4, sdk-http §7).</summary>
public sealed record MCPOAuthGetTokenResponse
{
    /// <summary>What events show instead of a token.</summary>
    public const string Redacted = "REDACTED";

    /// <summary>Where the login stands.</summary>
    public MCPOAuthResponseType Type { get; init; }

    /// <summary>What belongs to it; never null.</summary>
    public MCPOAuthResponseData Data { get; init => field = value ?? new(); } = new();
}
