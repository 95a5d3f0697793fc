namespace Tasklight.Server.Access;

#pragma warning disable CA1001 // A token source without a timer holds nothing that needs disposal, and its readers may outlive the key.
/// <summary>A verified key as it is kept in memory: who it is, how long it is good, and what it uses.</summary>
sealed class KeyState(KeyHash hash, Caller caller, DateTimeOffset? expiresAt)
#pragma warning restore CA1001
{
    readonly CancellationTokenSource _revoked = new();
    readonly Lock _rate = new();
    long _lastUsed;
    long _lastNoted;
    long _second;
    int _requests;
    int _streams;

    public KeyHash Hash => hash;
    public Caller Caller => caller;
    public DateTimeOffset? ExpiresAt => expiresAt;

    /// <summary>The server's own: it is in no store, and no limit is for it.</summary>
    public bool IsLent { get; init; }

    /// <summary>Cancelled when the key is deleted, so that its streams end.</summary>
    public CancellationToken Revoked => _revoked.Token;

    public bool IsExpired(DateTimeOffset now) => expiresAt <= now;

    public void Revoke() => _revoked.Cancel();

    public void Use(DateTimeOffset now) => Volatile.Write(ref _lastUsed, now.UtcTicks);

    /// <summary>The last use when it was not asked for before, else null.</summary>
    public DateTimeOffset? TakeLastUse()
    {
        var used = Volatile.Read(ref _lastUsed);
        return Interlocked.Exchange(ref _lastNoted, used) == used ? null : new DateTimeOffset(used, TimeSpan.Zero);
    }

    /// <summary>False when the key has its number of streams open; otherwise one more, until <see cref="CloseStream"/>.</summary>
    public bool TryOpenStream(int limit)
    {
        if (Interlocked.Increment(ref _streams) <= limit || IsLent)
            return true;
        Interlocked.Decrement(ref _streams);
        return false;
    }

    public void CloseStream() => Interlocked.Decrement(ref _streams);

    /// <summary>False when the key has made its number of requests in this second.</summary>
    public bool TrySpend(int perSecond, DateTimeOffset now)
    {
        if (IsLent)
            return true;
        lock (_rate)
        {
            var second = now.ToUnixTimeSeconds();
            _requests = second == _second ? _requests + 1 : 1;
            _second = second;
            return _requests <= perSecond;
        }
    }
}
