namespace Tasklight.Server.Storage;

/// <summary>How far the way to a login has come. The numbers are stored.</summary>
enum LoginAttemptState
{
    /// <summary>Its page was made; nobody came back from it yet.</summary>
    Open = 0,

    /// <summary>Somebody came back, once and for all; the tokens are being fetched.</summary>
    Taken = 1,

    /// <summary>It came to nothing.</summary>
    Failed = 2,

    /// <summary>The login that it was for is there, by this attempt or by another.</summary>
    Done = 3,
}
