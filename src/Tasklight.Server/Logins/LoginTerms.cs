namespace Tasklight.Server.Logins;

/// <summary>What a login is for, and where its tokens are fetched, refreshed and taken back.</summary>
abstract record LoginTerms
{
    public required string Issuer { get; init; }
    public required string TokenEndpoint { get; init; }

    /// <summary>Where tokens are taken back (RFC 7009); null = nowhere.</summary>
    public string? RevocationEndpoint { get; init; }

    public required string RedirectUri { get; init; }
    public required string Resource { get; init; }

    /// <summary>What it was asked to be good for.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public required OAuthClient Client { get; init; }
}
