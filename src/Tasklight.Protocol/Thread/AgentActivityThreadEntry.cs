using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// One entry of an activity thread: exactly one of the five variants. There is no type tag on the wire; readers go by the keys, so each
/// variant is written with its own keys and no others (contract: events §8).
/// </summary>
[JsonConverter(typeof(AgentActivityThreadEntryConverter))]
public abstract record AgentActivityThreadEntry
{
    /// <summary>The entry's id.</summary>
    [JsonPropertyOrder(-2)]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>When it happened.</summary>
    [JsonPropertyOrder(-1)]
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; init; }
}
