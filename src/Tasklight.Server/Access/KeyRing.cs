using System.Collections.Concurrent;
using System.Security.Cryptography;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Access;

/// <summary>
/// The keys of all organizations. Verified keys stay in memory; since every change to keys goes through here, memory and store agree.
/// </summary>
sealed class KeyRing(IDirectoryStore store, TimeProvider time)
{
    public const string KeyPrefix = "tl_";
    const int ShownLength = 10;

    readonly ConcurrentDictionary<KeyHash, KeyState> _verified = new();
    int _removals;

    /// <summary>The key when it is in memory; null says nothing.</summary>
    public KeyState? FindVerified(KeyHash hash) => _verified.TryGetValue(hash, out var state) && state.Hash.Is(hash) ? state : null;

    /// <summary>The key, or null when there is none such. An expired one is returned too.</summary>
    public async ValueTask<KeyState?> FindAsync(KeyHash hash, CancellationToken cancel)
    {
        if (FindVerified(hash) is { } known)
            return known;

        while (true)
        {
            var removals = Volatile.Read(ref _removals);
            if (await store.FindKeyAsync(hash.Hex, cancel) is not { } stored)
                return null;
            var state = _verified.GetOrAdd(hash, StateOf(hash, stored));
            if (removals == Volatile.Read(ref _removals))
                return state;

            // A key was removed since the store was asked; it may have been this one.
            _verified.TryRemove(hash, out _);
        }
    }

    /// <summary>Makes a key; the text is in the answer and nowhere else.</summary>
    public async ValueTask<(StoredKey Stored, string Key)> CreateAsync(string organization, string name, Scope scopes, DateTimeOffset? expiresAt)
    {
        var key = NewKey();
        var stored = Record(organization, name, key, scopes, expiresAt);
        await store.AddKeyAsync(stored);
        return (stored, key);
    }

    /// <summary>Adds a key whose text was chosen by somebody else.</summary>
    public async ValueTask AddAsync(string organization, string name, string key, Scope scopes) =>
        await store.AddKeyAsync(Record(organization, name, key, scopes, expiresAt: null));

    /// <summary>A key for the server's own use: in memory only, never stored or listed, without limits, good until the process ends.</summary>
    public string Lend(Caller caller)
    {
        var key = NewKey();
        var hash = KeyHash.Of(key);
        _verified[hash] = new KeyState(hash, caller, expiresAt: null) { IsLent = true };
        return key;
    }

    /// <summary>Deletes a key; from the return on it opens nothing, and its streams end. False when there is none of that id.</summary>
    public async ValueTask<bool> RemoveAsync(string organization, string id)
    {
        if (!await store.RemoveKeyAsync(organization, id))
            return false;
        Interlocked.Increment(ref _removals);
        foreach (var (hash, state) in _verified)
        {
            if (state.Caller.KeyId == id && state.Caller.Organization == organization && _verified.TryRemove(hash, out _))
                state.Revoke();
        }

        return true;
    }

    public ValueTask<IReadOnlyList<StoredKey>> ListAsync(string organization, CancellationToken cancel) => store.KeysAsync(organization, cancel);

    /// <summary>Writes down which keys were used since the last call.</summary>
    public async ValueTask NoteUsesAsync()
    {
        var uses = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (hash, state) in _verified)
        {
            if (!state.IsLent && state.TakeLastUse() is { } used)
                uses[hash.Hex] = used;
        }

        if (uses.Count > 0)
            await store.TouchKeysAsync(uses);
    }

    public static string NewKey() => KeyPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    StoredKey Record(string organization, string name, string key, Scope scopes, DateTimeOffset? expiresAt) =>
        new(organization, Guid.NewGuid().ToString(), name, KeyHash.Of(key).Hex, key[..Math.Min(ShownLength, key.Length / 4)], (int)scopes, time.GetUtcNow(), expiresAt, LastUsedAt: null);

    /// <summary>An administrator could give himself every right, so he has it.</summary>
    static KeyState StateOf(KeyHash hash, StoredKey stored)
    {
        var scopes = (Scope)stored.Scopes;
        return new(hash, new(stored.Organization, stored.Id, stored.Name, scopes.HasFlag(Scope.Admin) ? Scope.All : scopes), stored.ExpiresAt);
    }
}
