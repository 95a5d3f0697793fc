namespace Tasklight.Server.Storage;

/// <summary>A worker's session (design §3).</summary>
sealed record StoredSession
{
    public required string Organization { get; init; }

    /// <summary>The wire's worker id.</summary>
    public required string Id { get; init; }
    public required string AgentId { get; init; }
    public required string KeyId { get; init; }

    /// <summary>The peer's address without port, to recognise a baseline worker that comes back.</summary>
    public required string Address { get; init; }

    /// <summary>The Tasklight worker's own stable id; null for a baseline worker, which shows no leases.</summary>
    public string? Instance { get; init; }

    /// <summary><c>local</c> or <c>xpander</c>.</summary>
    public required string Environment { get; init; }
    public required int Slots { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Ends a baseline worker told that could not be laid to one run, less runs of deleted tasks that will still end.</summary>
    public int UnattributedEnds { get; init; }
}
