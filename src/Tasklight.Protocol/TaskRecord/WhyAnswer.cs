using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Why a task does not run, and what would make it (contract: extensions §4).</summary>
public sealed record WhyAnswer
{
    /// <summary>One of <see cref="WaitReasons"/>.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>Since when.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? Since { get; init; }

    /// <summary>One sentence for people.</summary>
    public string? Detail { get; init; }

    /// <summary>What has to happen; null when nothing has to.</summary>
    public string? UnblockedBy { get; init; }
}
