using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>The server's record of a worker, as the worker gets it (contract: worker-protocol §2.1).</summary>
public sealed record DeployedAsset
{
    /// <summary>The type of every worker.</summary>
    public const string WorkerType = "worker";

    /// <summary>The worker's id, used in its posts.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>A made-up name for people.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The organization.</summary>
    public string OrganizationId { get; init => field = value ?? ""; } = "";

    /// <summary><see cref="WorkerType"/> for everything Tasklight sends.</summary>
    public string Type { get; init => field = value ?? WorkerType; } = WorkerType;

    /// <summary>When it registered.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it; the key is always there.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was last heard of.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset LastHeartbeat { get; init; }

    /// <summary>Free; here this key does no harm.</summary>
    public JsonElement? Configuration { get; init; }

    /// <summary>The agent it serves.</summary>
    public string? DedicatedAgentId { get; init; }

    /// <summary>A left-over; null.</summary>
    public string? ParentAssetId { get; init; }

    /// <summary>No slot is free.</summary>
    public bool IsBusy { get; init; }

    /// <summary>The agent's names, for the worker's log.</summary>
    public DeployedAssetMetadata? Metadata { get; init; }
}
