namespace Tasklight.Server.Logins;

/// <summary>What is needed to finish a login that somebody was asked for. Lives in clear for the moment of use only.</summary>
sealed record LoginPlan : LoginTerms
{
    /// <summary>The page where the person logs in, with everything in its query.</summary>
    public required string Page { get; init; }

    /// <summary>Tells whether the same was asked for: client, scopes, way back.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>For PKCE: who shows it is who asked for the page.</summary>
    public required string Verifier { get; init; }

    /// <summary>The MCP server's name, for people.</summary>
    public required string ServerName { get; init; }

    /// <summary>The authorization server names itself when it sends the person back (RFC 9207).</summary>
    public bool NamesIssuer { get; init; }
}
