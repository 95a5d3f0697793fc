using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>The sessions of one agent, the streams that wait to continue one of them, and the state of the agent's one claim loop.</summary>
sealed class AgentSessions(AgentKey key)
{
    const int Idle = 0;
    const int Claiming = 1;
    const int ClaimingAndNudged = 2;

    readonly List<Seat> _seats = [];
    int _claim;

    public AgentKey Key => key;

    /// <summary>Guards the lists, the sessions in them and their runs. Held for moments only: the store's writer takes it too.</summary>
    public Lock Gate { get; } = new();

    public List<WorkerSession> Sessions { get; } = [];
    public List<WaitingStream> Waiting { get; } = [];

    /// <summary>A worker of its own has been there since the server started, or before and within its session.</summary>
    public bool HadOwnWorker { get; set; }

    /// <summary>The commit being announced has offered what it queued, so its queued tasks wake nobody. For the store's writer alone.</summary>
    public bool IsClaimedInCommit { get; set; }

    /// <summary>Nothing waits, as of the last commit, so a slot that comes free wakes nobody. For the store's writer alone.</summary>
    public bool IsQueueEmpty { get; set; }

    /// <summary>Notes that there may be work. True tells the caller to start the claim loop; otherwise the running one goes round again.</summary>
    public bool Wake()
    {
        while (true)
        {
            switch (Volatile.Read(ref _claim))
            {
                case Idle when Interlocked.CompareExchange(ref _claim, Claiming, Idle) == Idle:
                    return true;
                case Claiming when Interlocked.CompareExchange(ref _claim, ClaimingAndNudged, Claiming) == Claiming:
                case ClaimingAndNudged:
                    return false;
            }
        }
    }

    /// <summary>Ends the claim loop; false when a nudge came meanwhile, so that it must go round again.</summary>
    public bool Rest()
    {
        if (Interlocked.CompareExchange(ref _claim, Idle, Claiming) == Claiming)
        {
            return true;
        }

        Volatile.Write(ref _claim, Claiming);
        return false;
    }

    /// <summary>The sessions that can take runs, and how many runs they can take together. For the claim loop alone: the list is filled anew each time.</summary>
    public (IReadOnlyList<Seat> Seats, int Free) Seats()
    {
        _seats.Clear();
        var all = 0;
        lock (Gate)
        {
            var hasOwnWorkers = Sessions.Exists(static session => session is { IsStandIn: false, IsGone: false });
            foreach (var session in Sessions)
            {
                var (free, beyond) = (session.Free, session.Beyond);
                if (free + beyond > 0 && !(hasOwnWorkers && session.IsStandIn))
                {
                    _seats.Add(new(session.Id, free, session.InUse) { Beyond = beyond });
                    all += free + beyond;
                }
            }
        }

        return (_seats, all);
    }
}
