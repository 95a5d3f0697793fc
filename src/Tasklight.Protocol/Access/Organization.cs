using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A tenant: owns agents, tasks and keys.</summary>
public record Organization
{
    /// <summary>Its id, a segment of paths.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>What people call it.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; init; }
}
