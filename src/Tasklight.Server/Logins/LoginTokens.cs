using System.Diagnostics.CodeAnalysis;

namespace Tasklight.Server.Logins;

/// <summary>The tokens of a login and what refreshes them. Lives in clear for the moment of use only.</summary>
sealed record LoginTokens : LoginTerms
{
    // A token that ends while it is under way is no help.
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    // What is refused later was good in between.
    static readonly TimeSpan AtOnce = TimeSpan.FromMinutes(1);

    public LoginTokens()
    {
    }

    /// <summary>Tokens of the login that somebody was asked for.</summary>
    [SetsRequiredMembers]
    public LoginTokens(LoginPlan plan, string accessToken)
        : base(plan) => AccessToken = accessToken;

    public required string AccessToken { get; init; }
    public string? RefreshToken { get; init; }
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>Null when the authorization server does not say.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It was fetched because the MCP server refused the one before.</summary>
    public bool AnswersRefusal { get; init; }

    /// <summary>Refused now, would another one be any better? Not when this one was fetched for that reason just before.</summary>
    public bool MayBeMended(DateTimeOffset now) => RefreshToken is not null && !(AnswersRefusal && now - IssuedAt < AtOnce);

    public bool IsExpired(DateTimeOffset now) => ExpiresAt is { } end && end - Shorter(Margin, (end - IssuedAt) / 4) <= now;

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
