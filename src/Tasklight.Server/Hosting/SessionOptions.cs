namespace Tasklight.Server.Hosting;

/// <summary>How long workers may be silent (design §3).</summary>
sealed record SessionOptions
{
    /// <summary>Silence after which a session with a closed stream ends. Default 10 s.</summary>
    public TimeSpan ExpiryClosed { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which a session with an open stream ends. Default 30 s: a blocked event loop is not dead.</summary>
    public TimeSpan ExpiryOpen { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a new baseline stream waits for the old process to show itself before it is a new worker. Default 4 s.</summary>
    public TimeSpan AdoptionWait { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Whether <c>local</c> and <c>xpander</c> workers may serve one agent at once. Default allow.</summary>
    public EnvironmentConflict EnvironmentConflict { get; init; } = EnvironmentConflict.Allow;
}
