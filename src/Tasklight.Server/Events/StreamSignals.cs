namespace Tasklight.Server.Events;

/// <summary>Why a waiting stream was woken; several may come together.</summary>
[Flags]
enum StreamSignals
{
    None = 0,

    /// <summary>The feed has frames it had not before.</summary>
    News = 1,

    /// <summary>Nothing was sent for so long that a keep-alive is due.</summary>
    KeepAlive = 2,

    /// <summary>The server is stopping, or the task is gone: end in order.</summary>
    End = 4,

    /// <summary>The client has gone.</summary>
    Gone = 8,

    /// <summary>Not a reason: the stream is waiting.</summary>
    Waiting = 16,
}
