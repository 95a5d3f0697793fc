namespace Tasklight.Server.Logins;

/// <summary>The tokens of a login and what refreshes them. Lives in clear for the moment of use only.</summary>
sealed record LoginTokens
{
    // A token that ends while it is under way is no help.
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    // What is refused later was good in between.
    static readonly TimeSpan AtOnce = TimeSpan.FromMinutes(1);

    public required string AccessToken { get; init; }
    public string? RefreshToken { get; init; }
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>Null when the authorization server does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It was fetched because the MCP server refused the one before.</summary>
    public bool AnswersRefusal { get; init; }

    public required string Issuer { get; init; }
    public required string TokenEndpoint { get; init; }

    /// <summary>Where tokens are taken back (RFC 7009); null = nowhere.</summary>
    public string? RevocationEndpoint { get; init; }

    public required string RedirectUri { get; init; }
    public required string Resource { get; init; }

    /// <summary>What it was asked to be good for.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public required OAuthClient Client { get; init; }

    /// <summary>Refused now, would another one be any better? Not when this one was fetched for that reason just before.</summary>
    public bool MayBeMended(DateTimeOffset now) => RefreshToken is not null && !(AnswersRefusal && now - IssuedAt < AtOnce);

    public bool IsExpired(DateTimeOffset now) => ExpiresAt is { } end && end - Shorter(Margin, (end - IssuedAt) / 4) <= now;

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
