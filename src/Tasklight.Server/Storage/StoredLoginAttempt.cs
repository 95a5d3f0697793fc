namespace Tasklight.Server.Storage;

/// <summary>One page to log in, as it survives a restart.</summary>
/// <param name="Key">The login that it is for.</param>
/// <param name="Id">The hash of its state, which only its page knows.</param>
/// <param name="CreatedAt">When its page was made.</param>
/// <param name="ExpiresAt">Who comes back later comes in vain.</param>
/// <param name="Secrets">What is needed to finish it, sealed; null once it was used.</param>
sealed record StoredLoginAttempt(LoginKey Key, string Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, byte[]? Secrets)
{
    public LoginAttemptState State { get; init; }

    /// <summary>Why it came to nothing, as a sentence.</summary>
    public string? Problem { get; init; }
}
