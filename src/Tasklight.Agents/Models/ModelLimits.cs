namespace Tasklight.Agents.Models;

/// <summary>How much a model may cost in memory and waiting, whatever it answers.</summary>
public sealed record ModelLimits
{
    /// <summary>Bytes of one answer: of a body, of one line of a stream, and of a stream's text and tool arguments. Default 8 MiB.</summary>
    public int MaxAnswerBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How often a request is sent, the first time included. Default 5; 1 is no retry.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The wait before the second attempt; it doubles with each one. Default 0.5 s.</summary>
    public TimeSpan FirstRetryAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between two attempts; a provider that asks for more ends them. Default 60 s.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long nothing may come from a model that was asked, before and within an answer. Default 10 minutes.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(10);
}
