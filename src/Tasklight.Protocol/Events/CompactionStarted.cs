using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Summarising begins.</summary>
public sealed record CompactionStarted
{
    /// <summary>auto, manual, emergency or pre_retry.</summary>
    public string Trigger { get; init => field = value ?? ""; } = "";

    /// <summary>Size of the session in tokens, estimated.</summary>
    public int EstimatedTokens { get; init; }

    /// <summary>Messages in the session.</summary>
    public int MessageCount { get; init; }

    /// <summary>The size in tokens at which summarising begins.</summary>
    public int Threshold { get; init; }

    /// <summary>Counted from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>What the summary should dwell on; left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Focus { get; init; }
}
