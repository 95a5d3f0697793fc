namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Every statement on tasks but the lists (<see cref="TaskLists"/>). Parameters stand in the order in which <see cref="TaskRows"/> binds them.</summary>
static class TaskSql
{
    /// <summary>Columns by what changes together: an UPDATE that does not name a column leaves its indexes alone.</summary>
    const string Log = "sequence = ?, last_event_at = ?";

    const string Run =
        "turn = ?, turn_start = ?, finished_sequence = ?, attempt = ?, lost_runs = ?, run_lease = ?, run_turn = ?, run_attempt = ?, run_state = ?, run_since = ?, "
        + "start_by = ?, max_attempts = ?, max_run_seconds = ?, is_due = ?, ended_by = ?, has_open_approval = ?, is_report = ?, create_hash = ?, secrets = ?";

    const string Fields = "updated_at = ?, internal_status = ?, source = ?, title = ?, triggering_agent_id = ?, result = ?, overlay = ?";
    const string Status = "status = ?, finished_at = ?, has_chunks = ?";
    const string Queue = "queued = ?, priority = ?, pin = ?, turn_created_at = ?";
    const string Due = "due_at = ?";
    const string Session = "run_session = ?, leased = ?";
    const string Origin = "user_id = ?, parent_id = ?";
    const string Steps = "session_last = ?, session_summary = ?";
    const string Waits = "waits_for = ?";
    const string Budget = "budget_grants = ?, held_by = ?, worked = ?, working_since = ?";
    const string Below = "open_below = ?";

    public const string Insert =
        "INSERT INTO tasks (n, organization_id, id, agent_id, created_at, "
        + "sequence, last_event_at, "
        + "turn, turn_start, finished_sequence, attempt, lost_runs, run_lease, run_turn, run_attempt, run_state, run_since, "
        + "start_by, max_attempts, max_run_seconds, is_due, ended_by, has_open_approval, is_report, create_hash, secrets, "
        + "updated_at, internal_status, source, title, triggering_agent_id, result, overlay, "
        + "status, finished_at, has_chunks, queued, priority, pin, turn_created_at, due_at, run_session, leased, user_id, parent_id, session_last, session_summary, waits_for, budget_grants, held_by, worked, working_since, open_below) "
        + "VALUES (?,?,?,?,?, ?,?, ?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?, ?,?,?, ?,?,?,?, ?, ?,?, ?,?, ?,?, ?, ?,?,?,?, ?)";

    /// <summary>A task with the data of its turn's task_created.</summary>
    public const string Find =
        "SELECT t.n, t.has_chunks, t.sequence, t.last_event_at, t.turn, t.turn_start, t.finished_sequence, t.attempt, "
        + "t.run_session, t.run_lease, t.run_turn, t.run_attempt, t.run_state, t.run_since, t.start_by, t.max_attempts, t.max_run_seconds, "
        + "t.is_due, t.ended_by, t.has_open_approval, t.is_report, t.create_hash, t.secrets, t.pin, t.turn_created_at, t.result, t.overlay, e.data, t.session_last, t.session_summary, "
        + "t.budget_grants, t.held_by, t.worked, t.working_since, t.lost_runs, t.open_below "
        + "FROM tasks t JOIN events e ON e.key = t.n * 67108864 + t.turn_start WHERE t.organization_id = ? AND t.id = ?";

    public const string FindN = "SELECT n FROM tasks WHERE organization_id = ? AND id = ?";
    public const string FindId = "SELECT id FROM tasks WHERE n = ?";
    public const string Delete = "DELETE FROM tasks WHERE n = ?";
    public const string LastN = "SELECT max(n) FROM tasks";
    public const string SetHasChunks = "UPDATE tasks SET has_chunks = ? WHERE n = ?";

    /// <summary>What an offer is decided by; the index answers it alone.</summary>
    public const string Candidates =
        "SELECT n, user_id, priority, turn_created_at FROM tasks INDEXED BY tasks_queue "
        + "WHERE organization_id = ? AND agent_id = ? AND queued = 1 AND pin IS ? ORDER BY priority DESC, turn_created_at, n";

    public const string AnyQueued =
        "SELECT 1 FROM tasks INDEXED BY tasks_queue WHERE organization_id = ? AND agent_id = ? AND queued = 1 LIMIT 1";

    public const string AnyPinned =
        "SELECT 1 FROM tasks INDEXED BY tasks_queue WHERE organization_id = ? AND agent_id = ? AND queued = 1 AND pin >= '' LIMIT 1";

    public const string LeasedByUser =
        "SELECT user_id, count(*) FROM tasks INDEXED BY tasks_leased WHERE organization_id = ? AND agent_id = ? AND leased = 1 GROUP BY user_id";

    public const string LeasedIds = "SELECT id FROM tasks INDEXED BY tasks_leased WHERE organization_id = ? AND agent_id = ? AND leased = 1";

    /// <summary>As <see cref="Candidates"/> for queued sub-tasks, wherever they are pinned to.</summary>
    public const string QueuedSubTasks =
        "SELECT n, user_id, priority, turn_created_at, pin FROM tasks INDEXED BY tasks_queue_below "
        + "WHERE organization_id = ? AND agent_id = ? AND queued = 1 AND parent_id IS NOT NULL ORDER BY priority DESC, turn_created_at, n LIMIT ?";

    public const string AheadByPriority =
        "SELECT count(*) FROM (SELECT 1 FROM tasks INDEXED BY tasks_queue "
        + "WHERE organization_id = ? AND agent_id = ? AND queued = 1 AND pin IS ? AND priority > ? LIMIT ?)";

    public const string AheadByAge =
        "SELECT count(*) FROM (SELECT 1 FROM tasks INDEXED BY tasks_queue "
        + "WHERE organization_id = ? AND agent_id = ? AND queued = 1 AND pin IS ? AND priority = ? AND (turn_created_at, n) < (?, ?) LIMIT ?)";

    // Not one comparison of both columns: SQLite would step through the whole queue of the agent it comes from.
    public const string NextWaitingAgent =
        "SELECT organization_id, agent_id FROM tasks INDEXED BY tasks_queue "
        + "WHERE queued = 1 AND organization_id = ? AND agent_id > ? ORDER BY agent_id LIMIT 1";

    public const string NextWaitingOrganization =
        "SELECT organization_id, agent_id FROM tasks INDEXED BY tasks_queue "
        + "WHERE queued = 1 AND organization_id > ? ORDER BY organization_id, agent_id LIMIT 1";

    public const string RunsOf = "SELECT id FROM tasks INDEXED BY tasks_by_session WHERE organization_id = ? AND run_session = ? ORDER BY run_since, n";
    public const string Strays =
        "SELECT organization_id, id FROM tasks INDEXED BY tasks_by_session WHERE run_session IS NOT NULL AND NOT EXISTS "
        + "(SELECT 1 FROM sessions WHERE sessions.organization_id = tasks.organization_id AND sessions.id = tasks.run_session)";

    public const string DueTasks = "SELECT organization_id, id FROM tasks INDEXED BY tasks_due WHERE due_at <= ? ORDER BY due_at LIMIT ?";

    public const string ToTrim =
        "SELECT n, organization_id, id FROM tasks INDEXED BY tasks_to_trim WHERE has_chunks = 1 AND finished_at < ? ORDER BY finished_at LIMIT 1";

    static readonly string?[] Updates = new string?[(int)TaskColumns.All + 1];

    /// <summary>The UPDATE of these column groups; always the same string object for the same groups.</summary>
    public static string Update(TaskColumns columns) => Updates[(int)columns] ??= Compose(columns);

    static string Compose(TaskColumns columns)
    {
        var sql = "UPDATE tasks SET " + Log;
        sql += columns.HasFlag(TaskColumns.Run) ? ", " + Run : "";
        sql += columns.HasFlag(TaskColumns.Fields) ? ", " + Fields : "";
        sql += columns.HasFlag(TaskColumns.Status) ? ", " + Status : "";
        sql += columns.HasFlag(TaskColumns.Queue) ? ", " + Queue : "";
        sql += columns.HasFlag(TaskColumns.Due) ? ", " + Due : "";
        sql += columns.HasFlag(TaskColumns.Session) ? ", " + Session : "";
        sql += columns.HasFlag(TaskColumns.Origin) ? ", " + Origin : "";
        sql += columns.HasFlag(TaskColumns.Steps) ? ", " + Steps : "";
        sql += columns.HasFlag(TaskColumns.Waits) ? ", " + Waits : "";
        sql += columns.HasFlag(TaskColumns.Budget) ? ", " + Budget : "";
        sql += columns.HasFlag(TaskColumns.Below) ? ", " + Below : "";
        return sql + " WHERE n = ?";
    }
}
