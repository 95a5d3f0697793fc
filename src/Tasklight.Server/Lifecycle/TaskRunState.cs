namespace Tasklight.Server.Lifecycle;

/// <summary>How far a run is. The numbers are stored.</summary>
enum TaskRunState
{
    /// <summary>Sent down the stream, not yet confirmed by a save.</summary>
    Offered = 1,

    /// <summary>Confirmed: a save to <c>executing</c> (or a final one) came.</summary>
    Running = 2,

    /// <summary>The lease is over and the run saved its end, applied or not, or paused; the slot is not yet given back (baseline workers).</summary>
    Closed = 3,

    /// <summary>The lease was taken away (stop, put back, time limit); the handler may still be running, and has saved no end.</summary>
    Detached = 4,
}
