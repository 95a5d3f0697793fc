namespace Tasklight.Server.Storage;

/// <summary>Logins of end users to MCP servers, and the ways to them. Secrets come sealed.</summary>
interface ILoginStore
{
    ValueTask AddAttemptAsync(StoredLoginAttempt attempt);
    ValueTask<StoredLoginAttempt?> FindAttemptAsync(string organization, string id, CancellationToken cancel = default);

    /// <summary>The newest attempt at a login, or null.</summary>
    ValueTask<StoredLoginAttempt?> LatestAttemptAsync(LoginKey key, CancellationToken cancel = default);

    /// <summary>Uses an open attempt, which nobody else can do after that: answers it with its secrets, which are gone from the store. Null when there is none, it was used, or its time is past.</summary>
    ValueTask<StoredLoginAttempt?> TakeAttemptAsync(string organization, string id, DateTimeOffset now);

    /// <summary>A taken attempt came to nothing.</summary>
    ValueTask FailAttemptAsync(string organization, string id, string problem);

    /// <summary>
    /// Stores the login's tokens, in the place of older ones, and sets every attempt at it to done, in one commit. Answers the ids of these attempts.
    /// </summary>
    ValueTask<IReadOnlyList<string>> FinishAsync(LoginKey key, DateTimeOffset now, byte[] secrets);

    ValueTask<StoredLogin?> FindLoginAsync(LoginKey key, CancellationToken cancel = default);

    /// <summary>Stores refreshed tokens; false when the login is no more of that version.</summary>
    ValueTask<bool> RenewAsync(StoredLogin login, byte[] secrets, DateTimeOffset now);

    /// <summary>Forgets the login; false when it is no more of that version.</summary>
    ValueTask<bool> ForgetAsync(StoredLogin login);

    /// <summary>Inserts or replaces the registration.</summary>
    ValueTask SaveClientAsync(StoredOAuthClient client);
    ValueTask<StoredOAuthClient?> FindClientAsync(string organization, string issuer, string redirectUri, CancellationToken cancel = default);
    ValueTask RemoveClientAsync(string organization, string issuer, string redirectUri);

    /// <summary>Removes attempts of all organizations that were made before then, at most <paramref name="limit"/>; returns how many.</summary>
    ValueTask<int> TrimAttemptsAsync(DateTimeOffset createdBefore, int limit);
}
