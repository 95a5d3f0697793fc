namespace Tasklight.Server.Storage;

/// <summary>Worker sessions as they survive a restart. Heartbeats are not stored: at start every stored session counts as heard from now.</summary>
interface ISessionStore
{
    /// <summary>Inserts or replaces the session.</summary>
    ValueTask SaveSessionAsync(StoredSession session);

    /// <summary>Forgets the session. Its runs must have been redelivered before.</summary>
    ValueTask RemoveSessionAsync(string organization, string id);

    /// <summary>All sessions of all organizations, with the number of runs each has.</summary>
    ValueTask<IReadOnlyList<(StoredSession Session, int Runs)>> SessionsAsync(CancellationToken cancel = default);
}
