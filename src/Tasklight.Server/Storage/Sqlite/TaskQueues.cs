using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Questions about what waits, what runs and what is due.</summary>
static class TaskQueues
{
    // Ahead of a task nobody counts further than this.
    const int AheadUpTo = 10_000;

    /// <summary>Ids of the tasks whose run is the session's, oldest run first.</summary>
    public static List<string> RunsOf(SqliteConnection connection, string organization, string session)
    {
        var ids = new List<string>();
        using var rows = connection[TaskSql.RunsOf].Add(organization).Add(session).Query();
        while (rows.Read())
            ids.Add(rows.Text(0));
        return ids;
    }

    /// <summary>Tasks that time concerns, the longest overdue first.</summary>
    public static List<TaskKey> Due(SqliteConnection connection, DateTimeOffset now, int limit) => Keys(connection[TaskSql.DueTasks].Add(now).Add(limit));

    /// <summary>Tasks with a run whose session is not stored.</summary>
    public static List<TaskKey> Strays(SqliteConnection connection) => Keys(connection[TaskSql.Strays]);

    /// <summary>The queue as the task sees it.</summary>
    public static QueueView View(SqliteConnection connection, TaskRecord task)
    {
        var (all, ofUser) = (0, 0);
        using (var rows = connection[TaskSql.LeasedByUser].Add(task.Organization).Add(task.Fields.AgentId).Query())
        {
            while (rows.Read())
            {
                all += rows.Int32(1);
                ofUser += !rows.IsNull(0) && rows.Text(0) == task.Fields.Input.User?.Id ? rows.Int32(1) : 0;
            }
        }

        var ahead = Ahead(connection, task, null) + (task.Pin is { } pin ? Ahead(connection, task, pin) : 0);
        return new QueueView(all, ofUser, ahead);
    }

    /// <summary>Agents that have queued tasks.</summary>
    public static List<AgentKey> WaitingAgents(SqliteConnection connection)
    {
        var agents = new List<AgentKey>();
        var last = new AgentKey("", "");
        while (Next(connection, last) is { } agent)
        {
            agents.Add(agent);
            last = agent;
        }

        return agents;
    }

    static List<TaskKey> Keys(Statement statement)
    {
        var keys = new List<TaskKey>();
        using var rows = statement.Query();
        while (rows.Read())
            keys.Add(new TaskKey(rows.Text(0), rows.Text(1)));
        return keys;
    }

    static int Ahead(SqliteConnection connection, TaskRecord task, string? pin)
    {
        var n = TaskRows.FindN(connection, task.Organization, task.Id) ?? long.MaxValue;
        return Number(connection[TaskSql.AheadByPriority].Add(task.Organization).Add(task.Fields.AgentId).Add(pin).Add(task.Fields.Priority).Add(AheadUpTo))
            + Number(connection[TaskSql.AheadByAge].Add(task.Organization).Add(task.Fields.AgentId).Add(pin).Add(task.Fields.Priority).Add(task.TurnCreatedAt).Add(n).Add(AheadUpTo));
    }

    static int Number(Statement statement)
    {
        using var rows = statement.Query();
        return rows.Read() ? rows.Int32(0) : 0;
    }

    // Two steps into the index an agent: the cost does not grow with the queues.
    static AgentKey? Next(SqliteConnection connection, AgentKey last) =>
        Agent(connection[TaskSql.NextWaitingAgent].Add(last.Organization).Add(last.AgentId))
        ?? Agent(connection[TaskSql.NextWaitingOrganization].Add(last.Organization));

    static AgentKey? Agent(Statement statement)
    {
        using var rows = statement.Query();
        return rows.Read() ? new AgentKey(rows.Text(0), rows.Text(1)) : null;
    }
}
