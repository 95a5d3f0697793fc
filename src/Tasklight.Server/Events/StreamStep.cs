namespace Tasklight.Server.Events;

/// <summary>What one look at the feed brought a stream.</summary>
enum StreamStep
{
    /// <summary>Nothing to send, now.</summary>
    Nothing,

    /// <summary>Something was written, and that was all for now.</summary>
    Wrote,

    /// <summary>Something may have been written, and there is more.</summary>
    More,

    /// <summary>The ring does not reach back that far: the stream must read the log itself.</summary>
    Behind,

    /// <summary>The end of the turn was written.</summary>
    Ended,
}
