using System.Collections.Concurrent;
using Tasklight.Server.Api;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>
/// Every worker session that lives, in memory: who is connected, how many slots are in use, what each session runs. It follows the commits
/// (<see cref="Committed"/>) and decides nothing about tasks; what has to change in the store is done by those who ask it.
/// </summary>
sealed partial class WorkerHub(TaskWriter tasks, WakingTime time, DispatchOptions options) : IAgentSignal, ITaskChangeListener, IDisposable
{
    readonly ConcurrentDictionary<AgentKey, AgentSessions> _agents = new();
    readonly ConcurrentDictionary<(string Organization, string Id), WorkerSession> _sessions = new();
    readonly CancellationTokenSource _cut = new();
    volatile bool _isStopping;
    Action<AgentSessions>? _claim;
    Action<AgentKey>? _firstWorkerCame;

    /// <summary>True once the server shuts down: streams end, nothing is dispatched, nothing expires.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Sets what runs an agent's claim loop. Nudges before that are covered by the sweeper's look for waiting agents.</summary>
    public void RunClaimsBy(Action<AgentSessions> claim) => _claim = claim;

    /// <summary>Sets who hears of an agent's first worker of its own.</summary>
    public void TellFirstWorkersTo(Action<AgentKey> hear) => _firstWorkerCame = hear;

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

    /// <summary>The living sessions that were opened with a key.</summary>
    public IReadOnlyList<WorkerSession> SessionsOfKey(string keyId) => [.. _sessions.Values.Where(session => session.Stored.KeyId == keyId)];

    /// <summary>Takes up a session from before a restart, with its runs. It counts as heard from now.</summary>
    public void Restore(StoredSession stored, IReadOnlyList<TaskRecord> runs)
    {
        var session = new WorkerSession(AgentOf(new(stored.Organization, stored.AgentId)), stored);
        foreach (var task in runs)
        {
            var run = session.Hold(task.Id, task.Run!);
            run.Follow(task);
            run.IsSent = true;

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
        }

        // The server's own worker may have stood back for it.
        Nudge(session.Organization, session.Stored.AgentId);
        return true;
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
        bool isFirst;
        lock (session.Agent.Gate)
        {
            Hear(session);
            session.Agent.Sessions.Add(session);
            isFirst = !session.IsStandIn && !session.Agent.HadOwnWorker;
            session.Agent.HadOwnWorker |= !session.IsStandIn;
        }

        _sessions[(session.Organization, session.Id)] = session;
        if (isFirst)
        {
            _firstWorkerCame?.Invoke(session.Agent.Key);
        }
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

        // Before the registration: who has seen it can count on it that claims take the session into account.
        Nudge(session.Organization, session.Stored.AgentId);
        stream.Send(new WorkerFrame.Registration(session.Stored, session.HeardAt, session.IsBusy));
        if (_isStopping)
        {
            stream.End();
        }
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
}
