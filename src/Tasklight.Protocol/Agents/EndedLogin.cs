namespace Tasklight.Protocol;

/// <summary>An end user's login to an MCP server that was forgotten.</summary>
public sealed record EndedLogin
{
    /// <summary>The server's name.</summary>
    public string ServerName { get; init => field = value ?? ""; } = "";

    /// <summary>The server's address, without its query.</summary>
    public string ServerUrl { get; init => field = value ?? ""; } = "";

    /// <summary>It was the login of all agents that share it, not of this one alone.</summary>
    public bool IsShared { get; init; }

    /// <summary>The authorization server has taken the tokens back. Otherwise who has one may use it until its time is over.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>Why the tokens were not taken back; null when they were.</summary>
    public string? Problem { get; init; }
}
