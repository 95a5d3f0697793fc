namespace Tasklight.Server.Dispatch;

/// <summary>Which session a baseline worker's new stream continues, found out by the heartbeats to old ids (design §3, "Coming back").</summary>
sealed partial class WorkerHub
{
    /// <summary>
    /// Finds the session that a new stream continues: at once by its instance, for a baseline worker by waiting for a heartbeat when there is a
    /// session it may be the rest of. After a break the first such stream is ended in order, which sets the client's count of failures back.
    /// Neither: the caller opens a new one, unless the server shuts down.
    /// </summary>
    public (WorkerSession? Continued, WaitingStream? Waiting) Connect(WorkerGreeting greeting, WorkerStream stream)
    {
        var agent = AgentOf(greeting.Agent);
        lock (agent.Gate)
        {
            if (_isStopping)
            {
                stream.End();
                return (null, null);
            }

            if (greeting.Instance is not null)
            {
                var session = agent.Sessions.Find(session => session.Stored.Instance == greeting.Instance && !session.IsGone);
                if (session is not null)
                {
                    Attach(session, stream, greeting);
                }

                return (session, null);
            }

            if (Rest(agent, greeting) is not { } rest)
            {
                return (null, null);
            }

            if (rest.OwesOrderlyEnd)
            {
                rest.OwesOrderlyEnd = false;
                stream.End();
                return (null, null);
            }

            var waiting = new WaitingStream(greeting, stream, time.GetTimestamp());
            agent.Waiting.Add(waiting);
            return (null, waiting);
        }
    }

    /// <summary>A closed session that the stream may continue, one that owes an orderly end before others; null when there is none.</summary>
    static WorkerSession? Rest(AgentSessions agent, WorkerGreeting greeting)
    {
        WorkerSession? rest = null;
        foreach (var session in agent.Sessions)
        {
            if (IsRest(session, greeting) && rest is not { OwesOrderlyEnd: true })
            {
                rest = session;
            }
        }

        return rest;
    }

    static bool IsRest(WorkerSession session, WorkerGreeting greeting) =>
        session is { Stream: null, IsGone: false, IsOpening: false } && greeting.MayContinue(session.Stored);

    bool IsBack(WorkerSession session, WaitingStream waiting) =>
        session.Beat is { } beat && beat >= waiting.Since && time.GetElapsedTime(beat) < options.AdoptionWait && IsRest(session, waiting.Greeting);

    void Reunite(AgentSessions agent)
    {
        if (agent.Waiting.Count == 0)
        {
            return;
        }

        foreach (var streams in agent.Waiting.Where(waiting => !waiting.Stream.IsEnded).GroupBy(waiting => (waiting.Greeting.KeyId, waiting.Greeting.Address)).ToList())
        {
            Reunite(agent, [.. streams]);
        }
    }

    /// <summary>
    /// Lets the streams of one address continue its sessions. A beat names a session, but not which of several streams is its process's, and a
    /// session whose process got another one would be heard no more. So the first stream is given a session on trial; see
    /// <see cref="JudgeTrial"/>. Many are given out together, and processes at worst swap sessions.
    /// </summary>
    void Reunite(AgentSessions agent, List<WaitingStream> streams)
    {
        var first = streams[0];
        if (agent.Sessions.Exists(session => session.TrialSince is not null))
        {
            return;
        }

        var back = agent.Sessions.FindAll(session => IsBack(session, first));
        if (back.Count == 0)
        {
            return;
        }

        var isComplete = streams.Count >= back.Count;
        var isCertain = isComplete && !agent.Sessions.Exists(session => IsRest(session, first.Greeting) && !IsBack(session, first));
        if (!isCertain && time.GetElapsedTime(first.Since) < (isComplete ? options.OthersBeat : options.OthersReturn))
        {
            return;
        }

        var isTrial = back.Count > 1 && back.Count <= options.MostOnTrial;
        for (var i = 0; i < (isTrial ? 1 : Math.Min(back.Count, streams.Count)); i++)
        {
            agent.Waiting.Remove(streams[i]);
            Attach(back[i], streams[i].Stream, streams[i].Greeting);
            back[i].TrialSince = isTrial ? time.GetTimestamp() : null;
            streams[i].Settle(back[i]);
        }
    }

    void JudgeTrials(AgentSessions agent)
    {
        if (agent.Sessions.Find(session => session.TrialSince is not null) is { } session)
        {
            JudgeTrial(agent, session);
        }
    }

    /// <summary>
    /// A process that is registered beats its new id and no longer its old one. So when all other sessions of the address are still heard, the
    /// stream has the right one; when one of them has gone silent, the stream is that one's, and is registered again.
    /// </summary>
    void JudgeTrial(AgentSessions agent, WorkerSession session)
    {
        var since = session.TrialSince!.Value;
        var others = agent.Sessions.FindAll(other => other.Beat is not null && other is { Stream: null, IsGone: false } && other.Stored.KeyId == session.Stored.KeyId && other.Stored.Address == session.Stored.Address);
        var silent = others.FindAll(other => other.Beat < since + Ticks(options.TrialStart));
        if (silent.Count > 0 && time.GetElapsedTime(since) < options.Trial)
        {
            return;
        }

        session.TrialSince = null;
        if (silent.Count != 1)
        {
            Nudge(session.Organization, session.Stored.AgentId);
            return;
        }

        var stream = session.Stream!;
        session.Stream = null;
        session.Beat = session.Heard;
        Attach(silent[0], stream, greeting: null);
    }

    void ReleaseWaiting(AgentSessions agent)
    {
        if (agent.Waiting.Count == 0)
        {
            return;
        }

        for (var i = agent.Waiting.Count - 1; i >= 0; i--)
        {
            var waiting = agent.Waiting[i];
            if (waiting.Stream.IsEnded || (time.GetElapsedTime(waiting.Since) >= options.AdoptionWait && !agent.Sessions.Exists(session => IsBack(session, waiting))) || Rest(agent, waiting.Greeting) is null)
            {
                agent.Waiting.RemoveAt(i);
                waiting.Settle(null);
            }
        }
    }
}
