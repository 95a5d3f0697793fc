namespace Tasklight.Sdk.Http;

/// <summary>How long, how often and after which pauses a call is repeated.</summary>
/// <param name="Time">From the first attempt on; zero = never again.</param>
internal sealed record RetryLimits(TimeSpan Time)
{
    /// <summary>All attempts together; null = as many as fit in the time.</summary>
    public int? Attempts { get; init; }

    /// <summary>
    /// Answers in the server's place are waited out, too. For whoever has been talking to the server: before, they show a wrong address.
    /// </summary>
    public bool PastForeign { get; init; }

    /// <summary>Such an answer is believed when it may be the server's and goes on (<see cref="Doubt"/>). For whoever only reads: a save is worth all the patience there is.</summary>
    public bool BelievesInTime { get; init; }

    public TimeSpan FirstPause { get; init; } = Configuration.DefaultRetryFirstDelay;

    public TimeSpan LongestPause { get; init; } = Configuration.DefaultRetryLongestDelay;

    public static RetryLimits Of(Configuration configuration) => new(configuration.RetryFor)
    {
        Attempts = configuration.RetryAttempts,
        FirstPause = configuration.RetryFirstDelay,
        LongestPause = configuration.RetryLongestDelay,
    };
}
