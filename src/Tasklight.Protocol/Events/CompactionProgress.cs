using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Summarising goes on.</summary>
public sealed record CompactionProgress
{
    /// <summary>auto, manual, emergency or pre_retry.</summary>
    public string Trigger { get; init => field = value ?? ""; } = "";

    /// <summary>Counted from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>0 to 100, one decimal; never goes down within an attempt.</summary>
    public double Percent { get; init; }

    /// <summary>What is being done.</summary>
    public string Label { get; init => field = value ?? ""; } = "";

    /// <summary>More words; left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }
}
