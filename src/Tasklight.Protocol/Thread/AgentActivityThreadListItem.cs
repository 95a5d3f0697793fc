using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>An activity thread in a list (contract: events §8).</summary>
public sealed record AgentActivityThreadListItem
{
    /// <summary>The task's id.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>When the task was created.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; init; }
}
