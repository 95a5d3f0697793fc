using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>What happened in a task, for people to read (contract: events §8).</summary>
public sealed record AgentActivityThread
{
    /// <summary>The task's id.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>When the task was created.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Oldest first; never null.</summary>
    public IReadOnlyList<AgentActivityThreadEntry> Messages { get; init => field = value ?? []; } = [];

    /// <summary>The end user.</summary>
    public User? User { get; init; }
}
