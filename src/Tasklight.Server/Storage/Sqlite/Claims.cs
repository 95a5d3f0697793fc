using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Picks queued tasks for free seats, inside the agent's limits. Part of the writer's transaction.</summary>
sealed class Claims(SqliteConnection connection)
{
    // Looked at when places are left for sub-tasks alone; only pins and limits of users pass any over.
    const int MostSubTasks = 1_000;

    readonly Dictionary<AgentKey, AgentLimits> _limits = [];

    /// <summary>The agent was saved or removed, or a transaction that read it was rolled back.</summary>
    public void Forget() => _limits.Clear();

    public IReadOnlyList<TaskRecord> Claim(TaskBatch batch, AgentKey agent, IReadOnlyList<Seat> seats, DateTimeOffset now)
    {
        var (free, beyond) = (0, 0);
        for (var i = 0; i < seats.Count; i++)
        {
            free += Math.Max(0, seats[i].Free);
            beyond += seats[i].Beyond;
        }

        if (free + beyond == 0)
            return [];

        batch.Flush();
        var (limits, plan) = (LimitsOf(agent), new SeatPlan(seats));
        var offered = free > 0 ? ClaimWithinLimits(batch, agent, seats, plan, limits, free, now) : [];
        return beyond == 0 && limits.AreNone ? offered : [.. offered, .. ClaimSubTasks(batch, agent, plan, limits, now)];
    }

    /// <summary>As <see cref="Claim"/> for an agent without limits whose queue holds these tasks and no others, in the order in which they came.</summary>
    public static List<TaskRecord> ClaimNew(TaskBatch batch, List<TaskRecord> queued, IReadOnlyList<Seat> seats, DateTimeOffset now)
    {
        var plan = new SeatPlan(seats);
        var offered = new List<TaskRecord>(queued.Count);
        foreach (var task in queued.OrderByDescending(static task => task.Fields.Priority).ThenBy(static task => task.TurnCreatedAt))
        {
            var seat = task.Pin ?? plan.LeastBusy();
            if (seat is null || !plan.IsFree(seat) || batch.Offer(task.Organization, task.Id, seat, now) is not { } taken)
                continue;
            plan.Take(seat);
            offered.Add(taken);
        }

        return offered;
    }

    /// <summary>True when fewer of the agent's tasks may run than it has slots for.</summary>
    public bool HasLimits(in AgentKey agent) => !LimitsOf(agent).AreNone;

    /// <summary>True when no task of the agent waits, pinned ones included.</summary>
    public bool IsQueueEmpty(TaskBatch batch, in AgentKey agent)
    {
        batch.Flush();
        using var rows = connection[TaskSql.AnyQueued].Add(agent.Organization).Add(agent.AgentId).Query();
        return !rows.Read();
    }

    IReadOnlyList<TaskRecord> ClaimWithinLimits(TaskBatch batch, AgentKey agent, IReadOnlyList<Seat> seats, SeatPlan plan, AgentLimits limits, int free, DateTimeOffset now)
    {
        var room = limits.AreNone ? null : new Room(limits, LeasedByUser(agent));
        var wanted = Math.Min(free, room?.Total ?? int.MaxValue);
        if (wanted <= 0)
            return [];

        var candidates = Candidates(agent, seats, wanted, room);
        return candidates.Count == 0 ? [] : Assign(batch, agent, candidates, plan, wanted, room, now);
    }

    // Beside those that wait for sub-tasks of their own: were these counted, agents that ask each other would wait for ever (docs/decisions/0008).
    List<TaskRecord> ClaimSubTasks(TaskBatch batch, AgentKey agent, SeatPlan plan, AgentLimits limits, DateTimeOffset now)
    {
        batch.Flush();
        var wanted = plan.OpenBeyond();
        if (wanted == 0 || SubTasks(agent, most: 1).Count == 0)
            return [];

        var room = limits.AreNone ? null : new Room(limits, AtWorkByUser(batch, agent));
        return room is { Total: <= 0 } ? [] : Assign(batch, agent, SubTasks(agent, MostSubTasks), plan, Math.Min(wanted, room?.Total ?? int.MaxValue), room, now);
    }

    static List<TaskRecord> Assign(TaskBatch batch, AgentKey agent, List<Candidate> candidates, SeatPlan plan, int wanted, Room? room, DateTimeOffset now)
    {
        candidates.Sort(InOrderOfOffering);
        var offered = new List<TaskRecord>(Math.Min(wanted, candidates.Count));
        foreach (var candidate in candidates)
        {
            if (offered.Count == wanted)
                break;
            if (room?.HasRoomFor(candidate.User) == false)
                continue;
            var seat = candidate.Pin ?? plan.LeastBusy();
            if (seat is null || !plan.IsFree(seat) || batch.Offer(agent.Organization, candidate.N, seat, now) is not { } task)
                continue;
            plan.Take(seat);
            room?.Take(candidate.User);
            offered.Add(task);
        }

        return offered;
    }

    List<Candidate> Candidates(AgentKey agent, IReadOnlyList<Seat> seats, int wanted, Room? room)
    {
        var candidates = new List<Candidate>();
        Read(agent, null, wanted, room, candidates);
        if (!AnyPinned(agent))
            return candidates;
        foreach (var seat in seats)
            Read(agent, seat.Session, Math.Min(seat.Free, wanted), room, candidates);
        return candidates;
    }

    // Users without room are passed over here, so that one user's long queue does not hide the others behind it.
    void Read(AgentKey agent, string? pin, int wanted, Room? room, List<Candidate> candidates)
    {
        var users = room?.Copy();
        using var rows = connection[TaskSql.Candidates].Add(agent.Organization).Add(agent.AgentId).Add(pin).Query();
        while (wanted > 0 && rows.Read())
        {
            var user = users is null ? null : rows.TextOrNull(1);
            if (users?.HasRoomFor(user) == false)
                continue;
            users?.Take(user);
            wanted--;
            candidates.Add(new Candidate(rows.Int64(0), user, rows.Int32(2), rows.Int64(3), pin));
        }
    }

    List<Candidate> SubTasks(AgentKey agent, int most)
    {
        var candidates = new List<Candidate>();
        using var rows = connection[TaskSql.QueuedSubTasks].Add(agent.Organization).Add(agent.AgentId).Add(most).Query();
        while (rows.Read())
            candidates.Add(new Candidate(rows.Int64(0), rows.TextOrNull(1), rows.Int32(2), rows.Int64(3), rows.TextOrNull(4)));
        return candidates;
    }

    bool AnyPinned(AgentKey agent)
    {
        using var rows = connection[TaskSql.AnyPinned].Add(agent.Organization).Add(agent.AgentId).Query();
        return rows.Read();
    }

    AgentLimits LimitsOf(AgentKey agent)
    {
        if (_limits.TryGetValue(agent, out var limits))
            return limits;
        var stored = DirectoryRows.FindAgent(connection, agent.Organization, agent.AgentId);
        limits = stored is null ? default : AgentLimits.Read(stored.Deployed ?? stored.Draft);
        _limits[agent] = limits;
        return limits;
    }

    Dictionary<string, int> LeasedByUser(AgentKey agent)
    {
        var counts = new Dictionary<string, int>();
        using var rows = connection[TaskSql.LeasedByUser].Add(agent.Organization).Add(agent.AgentId).Query();
        while (rows.Read())
            counts[rows.TextOrNull(0) ?? ""] = rows.Int32(1);
        return counts;
    }

    // Those that hold a lease and do not wait for sub-tasks.
    Dictionary<string, int> AtWorkByUser(TaskBatch batch, AgentKey agent)
    {
        var ids = new List<string>();
        using (var rows = connection[TaskSql.LeasedIds].Add(agent.Organization).Add(agent.AgentId).Query())
        {
            while (rows.Read())
                ids.Add(rows.Text(0));
        }

        var counts = new Dictionary<string, int>();
        foreach (var id in ids)
        {
            if (batch.Find(new TaskKey(agent.Organization, id)) is { WaitsForSubTasks: false } task)
                counts[task.Fields.Input.User?.Id ?? ""] = counts.GetValueOrDefault(task.Fields.Input.User?.Id ?? "") + 1;
        }

        return counts;
    }

    static int InOrderOfOffering(Candidate a, Candidate b) => (-a.Priority, a.Since, a.N).CompareTo((-b.Priority, b.Since, b.N));

    /// <summary>A queued task.</summary>
    readonly record struct Candidate(long N, string? User, int Priority, long Since, string? Pin);

    /// <summary>What the limits leave. Tasks without an end user count for the agent alone.</summary>
    sealed class Room(AgentLimits limits, Dictionary<string, int> leased)
    {
        public int Total { get; private set; } = limits.Tasks is { } most ? most - leased.Values.Sum() : int.MaxValue;

        public bool HasRoomFor(string? user) =>
            Total > 0 && (user is null || limits.TasksOfOneUser is not { } most || leased.GetValueOrDefault(user) < most);

        public void Take(string? user)
        {
            Total--;
            if (user is not null)
                leased[user] = leased.GetValueOrDefault(user) + 1;
        }

        public Room Copy() => new(limits, new Dictionary<string, int>(leased)) { Total = Total };
    }

    /// <summary>The free seats, least busy first.</summary>
    sealed class SeatPlan
    {
        readonly Dictionary<string, Seat> _seats = [];
        readonly PriorityQueue<string, int> _order = new();

        public SeatPlan(IReadOnlyList<Seat> seats)
        {
            foreach (var seat in seats)
            {
                _seats[seat.Session] = seat;
                _order.Enqueue(seat.Session, seat.InUse);
            }
        }

        /// <summary>From here on sub-tasks are seated, beyond the slots too. How many places there are for them.</summary>
        public int OpenBeyond()
        {
            var places = 0;
            _order.Clear();
            foreach (var session in _seats.Keys.ToList())
            {
                var seat = _seats[session];
                _seats[session] = seat = seat with { Free = seat.Free + seat.Beyond, Beyond = 0 };
                _order.Enqueue(session, seat.InUse);
                places += seat.Free;
            }

            return places;
        }

        public bool IsFree(string session) => _seats.TryGetValue(session, out var seat) && seat.Free > 0;

        public string? LeastBusy()
        {
            while (_order.TryPeek(out var session, out var inUse))
            {
                var seat = _seats[session];
                if (seat.Free > 0 && seat.InUse == inUse)
                    return session;
                _order.Dequeue();
                if (seat.Free > 0)
                    _order.Enqueue(session, seat.InUse);
            }

            return null;
        }

        public void Take(string session)
        {
            var seat = _seats[session];
            _seats[session] = seat with { Free = seat.Free - 1, InUse = seat.InUse + 1 };
        }
    }
}
