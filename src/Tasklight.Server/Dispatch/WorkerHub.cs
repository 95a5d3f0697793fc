using System.Collections.Concurrent;
using Tasklight.Server.Api;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>
/// Every worker session that lives, in memory: who is connected, how many slots are in use, what each session runs. It follows the commits
/// (<see cref="Committed"/>) and decides nothing about tasks; what has to change in the store is done by those who ask it.
/// </summary>
sealed class WorkerHub(TaskWriter tasks, TimeProvider time, DispatchOptions options) : IAgentSignal, ITaskChangeListener, IDisposable
{
    readonly ConcurrentDictionary<AgentKey, AgentSessions> _agents = new();
    readonly ConcurrentDictionary<(string Organization, string Id), WorkerSession> _sessions = new();
    readonly CancellationTokenSource _cut = new();
    volatile bool _isStopping;
    Action<AgentSessions>? _claim;

    /// <summary>True once the server shuts down: streams end, nothing is dispatched, nothing expires.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Sets what runs an agent's claim loop. Nudges before that are covered by the sweeper's look for waiting agents.</summary>
    public void RunClaimsBy(Action<AgentSessions> claim) => _claim = claim;

    public void Nudge(string organization, string agentId)
    {
        if (_claim is { } claim && _agents.TryGetValue(new(organization, agentId), out var agent) && agent.Wake())
        {
            claim(agent);
        }
    }

    /// <summary>The agent, when a worker has ever been connected for it; it stays the same object for good.</summary>
    public AgentSessions? AgentWithWorkers(AgentKey key) => _agents.GetValueOrDefault(key);

    /// <summary>A stream to be given to <see cref="Connect"/>.</summary>
    public WorkerStream NewStream() => new(tasks, _cut.Token);

    public WorkerSession? Find(string organization, string id) => _sessions.GetValueOrDefault((organization, id));

    /// <summary>Takes up a session from before a restart, with its runs. It counts as heard from now.</summary>
    public void Restore(StoredSession stored, IReadOnlyList<TaskRecord> runs)
    {
        var session = new WorkerSession(AgentOf(new(stored.Organization, stored.AgentId)), stored);
        foreach (var task in runs)
        {
            var run = session.Hold(task.Id, task.Run!);

            // Whether a stopped run had begun, only its own turn can still say.
            run.IsConfirmed &= run.Run.State != TaskRunState.Detached || run.Run.Turn != task.Turn || task.Fields.StartedAt is not null;
        }

        session.Correct(Math.Min(stored.UnattributedEnds, runs.Count));
        session.OwesOrderlyEnd = true;
        Add(session);
    }

    /// <summary>True when a worker of the agent is connected from another environment.</summary>
    public bool HasOtherEnvironment(WorkerGreeting greeting)
    {
        var agent = AgentOf(greeting.Agent);
        lock (agent.Gate)
        {
            return agent.Sessions.Exists(session => session.IsOpen && session.Stored.Environment != greeting.Environment);
        }
    }

    /// <summary>
    /// Finds the session that a new stream continues: at once by its instance, for a baseline worker by waiting for a heartbeat when there is a
    /// session it may be the rest of. After a break the first such stream is ended in order, which sets the client's count of failures back.
    /// Neither: the caller opens a new one.
    /// </summary>
    public (WorkerSession? Continued, WaitingStream? Waiting) Connect(WorkerGreeting greeting, WorkerStream stream)
    {
        var agent = AgentOf(greeting.Agent);
        lock (agent.Gate)
        {
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

    /// <summary>A new session, not yet stored; <see cref="Attach(WorkerSession, WorkerStream)"/> opens it.</summary>
    public WorkerSession Open(WorkerGreeting greeting)
    {
        var stored = new StoredSession
        {
            Organization = greeting.Agent.Organization,
            Id = Guid.NewGuid().ToString(),
            AgentId = greeting.Agent.AgentId,
            KeyId = greeting.KeyId,
            Address = greeting.Address,
            Instance = greeting.Instance,
            Environment = greeting.Environment,
            Slots = greeting.Slots,
            OpenedAt = time.Now(),
        };
        var session = new WorkerSession(AgentOf(greeting.Agent), stored) { IsOpening = true };
        Add(session);
        return session;
    }

    /// <summary>Opens a new session's stream: from here on it gets work.</summary>
    public void Attach(WorkerSession session, WorkerStream stream)
    {
        lock (session.Agent.Gate)
        {
            Attach(session, stream, greeting: null);
        }
    }

    /// <summary>A sign of life. A heartbeat to a closed baseline session says that its process is back.</summary>
    public void Heard(WorkerSession session, bool isHeartbeat)
    {
        var agent = session.Agent;
        lock (agent.Gate)
        {
            if (session.IsGone)
            {
                return;
            }

            Hear(session);
            if (isHeartbeat && session.Stream is null && agent.Waiting.Count > 0)
            {
                session.Beat = session.Heard;
                JudgeTrials(agent);
                Reunite(agent);
            }
        }
    }

    /// <summary>Follows the commits: slots, stops, wake-ups. Sends the dispatch frame of every offer. Runs on the store's writer, so it never waits.</summary>
    public void Committed(IReadOnlyList<TaskChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            Follow(changes[i]);
        }
    }

    /// <summary>Picks what the passing of time asks for, and sends keep-alives when it is time for them.</summary>
    public DueSessions Sweep(bool keepAlive)
    {
        var due = new DueSessions([], [], [], []);
        if (_isStopping)
        {
            return due;
        }

        foreach (var agent in _agents.Values)
        {
            lock (agent.Gate)
            {
                foreach (var session in agent.Sessions)
                {
                    Sweep(session, due, keepAlive);
                }

                JudgeTrials(agent);
                Reunite(agent);
                ReleaseWaiting(agent);
            }
        }

        return due;
    }

    /// <summary>Forgets a retired session once it has no runs; false when one came meanwhile.</summary>
    public bool TryRemove(WorkerSession session)
    {
        lock (session.Agent.Gate)
        {
            if (session.Runs.Count > 0)
            {
                session.IsClosing = false;
                return false;
            }

            session.Agent.Sessions.Remove(session);
            _sessions.TryRemove((session.Organization, session.Id), out _);
            return true;
        }
    }

    /// <summary>Ends all streams in order, for good.</summary>
    public void Stop()
    {
        _isStopping = true;
        _cut.CancelAfter(options.StreamEnd);
        foreach (var agent in _agents.Values)
        {
            lock (agent.Gate)
            {
                agent.Sessions.ForEach(session => session.Stream?.End());
                agent.Waiting.ForEach(waiting =>
                {
                    waiting.Stream.End();
                    waiting.Settle(null);
                });
                agent.Waiting.Clear();
            }
        }
    }

    /// <summary>The agent's sessions as they are now.</summary>
    public IReadOnlyList<SessionView> Views(AgentKey key)
    {
        if (!_agents.TryGetValue(key, out var agent))
        {
            return [];
        }

        lock (agent.Gate)
        {
            return agent.Sessions.ConvertAll(SessionView.Of);
        }
    }

    /// <summary>All sessions of an organization, oldest first.</summary>
    public IReadOnlyList<SessionView> Views(string organization) =>
        [.. _agents.Keys.Where(key => key.Organization == organization).SelectMany(Views).OrderBy(view => view.Stored.OpenedAt)];

    public void Dispose() => _cut.Dispose();

    AgentSessions AgentOf(AgentKey key) => _agents.GetOrAdd(key, static key => new(key));

    void Add(WorkerSession session)
    {
        lock (session.Agent.Gate)
        {
            Hear(session);
            session.Agent.Sessions.Add(session);
        }

        _sessions[(session.Organization, session.Id)] = session;
    }

    void Hear(WorkerSession session)
    {
        session.Heard = time.GetTimestamp();
        session.HeardAt = time.Now();
    }

    // Under the gate. The registration is queued in the same breath, so that it is the first frame of the stream whatever happens next.
    void Attach(WorkerSession session, WorkerStream stream, WorkerGreeting? greeting)
    {
        session.Stream?.End();
        session.Stream = stream;
        stream.Session = session;
        session.Beat = session.TrialSince = null;
        // Back after a goodbye: what it said before leaving is past too.
        session.IsBusy &= !session.IsLeaving;
        session.IsOpening = session.IsLeaving = false;
        Hear(session);
        if (greeting is not null)
        {
            TakeUp(session, greeting);
        }

        if (session.IsBaseline)
        {
            ExpectConfirmations(session);
        }

        stream.Send(new WorkerFrame.Registration(session.Stored, session.HeardAt, session.IsBusy));
        if (_isStopping)
        {
            stream.End();
        }

        Nudge(session.Organization, session.Stored.AgentId);
    }

    static void TakeUp(WorkerSession session, WorkerGreeting greeting)
    {
        var now = session.Stored with { KeyId = greeting.KeyId, Address = greeting.Address, Environment = greeting.Environment, Slots = greeting.Slots };
        session.IsUnsaved |= now != session.Stored;
        session.Stored = now;
    }

    /// <summary>The frames of runs that the worker has not confirmed may have been lost with its stream, also those of runs stopped meanwhile.</summary>
    void ExpectConfirmations(WorkerSession session)
    {
        foreach (var run in session.Runs)
        {
            run.ConfirmBy = run.IsConfirmed ? null : session.Heard + Ticks(options.OfferConfirmation);
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

    void Sweep(WorkerSession session, DueSessions due, bool keepAlive)
    {
        if (session.IsGone)
        {
            if (!session.IsClosing)
            {
                due.Expired.Add(session);
            }

            return;
        }

        var limit = session.Stream is null ? options.ClosedExpiry : options.OpenExpiry;
        if (!session.IsOpening && (time.GetElapsedTime(session.Heard) >= limit || session is { IsLeaving: true, Runs.Count: 0 }))
        {
            session.IsGone = true;
            due.Expired.Add(session);
            return;
        }

        if (keepAlive)
        {
            session.Stream?.Send(WorkerFrame.KeepAlive.Instance);
        }

        if (session.IsUnsaved && !session.IsOpening)
        {
            session.IsUnsaved = false;
            due.Unsaved.Add(session);
        }

        if (session.Runs.Count > 0)
        {
            AddUnconfirmed(session, due);
            if (session.HasSpent)
            {
                due.Spent.Add(session);
            }
        }
    }

    void AddUnconfirmed(WorkerSession session, DueSessions due)
    {
        var now = time.GetTimestamp();
        foreach (var run in session.Runs)
        {
            if (run.ConfirmBy is { } by && now >= by)
            {
                run.ConfirmBy = null;
                if (run is { IsEnding: false, IsConfirmed: false })
                {
                    run.IsEnding = true;
                    due.Unconfirmed.Add((session, run));
                }
            }
        }
    }

    long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    void Follow(TaskChange change)
    {
        var organization = change.Either.Organization;
        var before = change.Before?.Run;
        var after = change.After?.Run;
        var isSame = before?.Lease == after?.Lease;
        if (before is not null && !isSame)
        {
            Release(organization, change, before);
        }

        if (after is not null && !ReferenceEquals(before, after) && Find(organization, after.Session) is { } session)
        {
            lock (session.Agent.Gate)
            {
                if (isSame)
                {
                    Update(session, change.After!, before!, after);
                }
                else
                {
                    Hold(session, change.After!, after);
                }
            }
        }

        // Work may have come (queued), a slot may be free (the run is gone), a limit may have room (the lease is over).
        var isNewlyQueued = change is { After.IsQueued: true, Before: not { IsQueued: true } };
        if (isNewlyQueued || (before is not null && (!isSame || (before.HoldsLease && !after!.HoldsLease))))
        {
            Wake(new AgentKey(organization, change.Either.Fields.AgentId), isNewlyQueued);
        }
    }

    void Wake(AgentKey key, bool isNewlyQueued)
    {
        if (!_agents.TryGetValue(key, out var agent) || agent.IsClaimedInCommit && isNewlyQueued || agent.IsQueueEmpty && !isNewlyQueued)
        {
            return;
        }

        agent.IsQueueEmpty = false;
        Nudge(key.Organization, key.AgentId);
    }

    void Release(string organization, TaskChange change, TaskRun run)
    {
        if (Find(organization, run.Session) is not { } session)
        {
            return;
        }

        lock (session.Agent.Gate)
        {
            session.Release(run.Lease, isDeleted: change.After is null);
            if (change.After is null && run.HoldsLease)
            {
                session.Stream?.Send(new WorkerFrame.TaskStop(change.Either.Id, run.Lease, "the task was deleted"));
            }
        }
    }

    static void Hold(WorkerSession session, TaskRecord task, TaskRun run)
    {
        var held = session.Hold(task.Id, run);
        if (run.State == TaskRunState.Offered && session.Stream is { } stream && stream.Send(new WorkerFrame.Execution(task, run.Lease)))
        {
            held.SentOn = stream;
        }
    }

    static void Update(WorkerSession session, TaskRecord task, TaskRun before, TaskRun after)
    {
        if (session.Find(after.Lease) is { } held)
        {
            held.Run = after;
            held.IsConfirmed |= after.State is TaskRunState.Running or TaskRunState.Closed;
        }

        // A worker that shows leases ends its runs itself, so a run that is closed and still there was ended by somebody else's save.
        if (before.HoldsLease && (after.State == TaskRunState.Detached || (after.State == TaskRunState.Closed && !session.IsBaseline)))
        {
            session.Stream?.Send(new WorkerFrame.TaskStop(task.Id, after.Lease, WorkerSession.StopReason(task)));
        }
    }
}
