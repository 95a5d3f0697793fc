namespace Tasklight.Server.Dispatch;

/// <summary>Times and switches of dispatch. The defaults are the contract's; tests shorten them.</summary>
sealed record DispatchOptions
{
    /// <summary>Slots of a worker that does not say how many it has: the baseline client's number.</summary>
    public const int BaselineSlots = 6;

    /// <summary>The most slots a worker may claim.</summary>
    public const int MostSlots = 10_000;

    /// <summary>A session whose stream is closed expires this long after its last heartbeat.</summary>
    public TimeSpan ClosedExpiry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A session whose stream is open expires this long after its last heartbeat: a blocked event loop is not dead.</summary>
    public TimeSpan OpenExpiry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a new baseline stream waits for a heartbeat to a session it may be continuing.</summary>
    public TimeSpan AdoptionWait { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a stream that has its session's beat waits for those of other sessions of its address.</summary>
    public TimeSpan OthersBeat { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long beats that are more than the streams wait for the missing streams of their address.</summary>
    public TimeSpan OthersReturn { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a stream on trial is watched: longer than from one beat of a client to the next.</summary>
    public TimeSpan Trial { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A beat that was on its way when a trial began says nothing.</summary>
    public TimeSpan TrialStart { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Trials take their time one after the other, so more workers of one address than these get their sessions without.</summary>
    public int MostOnTrial { get; init; } = 4;

    /// <summary>An adopted baseline session's offer that is not confirmed by then is offered again.</summary>
    public TimeSpan OfferConfirmation { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two comments on an idle worker stream.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two looks for expired sessions.</summary>
    public TimeSpan SessionSweep { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>When two looks for expired sessions are further apart, the server itself stood still for the rest (<see cref="WakingTime"/>).</summary>
    public TimeSpan Standstill { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two looks for tasks whose time has come.</summary>
    public TimeSpan TaskSweep { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks for agents with queued tasks, in case a nudge was lost.</summary>
    public TimeSpan SafetyNet { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Chunks of a task live this long after its end.</summary>
    public TimeSpan ChunkLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Between two looks for chunks to remove.</summary>
    public TimeSpan Pruning { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What a stream that cannot be written gets to end in order when the server stops.</summary>
    public TimeSpan StreamEnd { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Refuse a <c>local</c> worker while an <c>xpander</c> one is connected for the agent, and the other way round.</summary>
    public bool EnvironmentConflict { get; init; }

    /// <summary>The defaults, with what the server's settings say.</summary>
    public static DispatchOptions From(Hosting.SessionOptions settings) => new()
    {
        ClosedExpiry = settings.ExpiryClosed,
        OpenExpiry = settings.ExpiryOpen,
        AdoptionWait = settings.AdoptionWait,
        EnvironmentConflict = settings.EnvironmentConflict == Hosting.EnvironmentConflict.Refuse,
    };
}
