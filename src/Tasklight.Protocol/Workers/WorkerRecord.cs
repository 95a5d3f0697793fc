using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A worker as administrators see it (contract: extensions §4, <c>/v1/workers</c>).</summary>
public sealed record WorkerRecord
{
    /// <summary>The worker's id.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The name made up for it.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The organization.</summary>
    public string OrganizationId { get; init => field = value ?? ""; } = "";

    /// <summary>The agent it serves.</summary>
    public string AgentId { get; init => field = value ?? ""; } = "";

    /// <summary>The stable identity it gave; null for baseline workers.</summary>
    public string? Instance { get; init; }

    /// <summary>local or xpander, as it said.</summary>
    public string? Environment { get; init; }

    /// <summary>Where it connects from.</summary>
    public string? Address { get; init; }

    /// <summary>Its stream is open.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Runs it can have at once.</summary>
    public int Slots { get; init; }

    /// <summary>Runs it has: given out and not yet ended.</summary>
    public int SlotsInUse { get; init; }

    /// <summary>The tasks it holds; never null.</summary>
    public IReadOnlyList<string> TaskIds { get; init => field = value ?? []; } = [];

    /// <summary>When its session began.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last heard of.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset LastHeartbeat { get; init; }
}
