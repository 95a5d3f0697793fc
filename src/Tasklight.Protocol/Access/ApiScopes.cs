namespace Tasklight.Protocol;

/// <summary>What an API key may do.</summary>
public static class ApiScopes
{
    /// <summary>Read tasks, their events and threads.</summary>
    public const string TasksRead = "tasks:read";

    /// <summary>Create, update and stop tasks.</summary>
    public const string TasksWrite = "tasks:write";

    /// <summary>Run tasks; sees the secrets that come with them.</summary>
    public const string Worker = "worker";

    /// <summary>Change agents.</summary>
    public const string AgentsWrite = "agents:write";

    /// <summary>Approve and reject.</summary>
    public const string Approve = "approve";

    /// <summary>Everything, keys and organizations included.</summary>
    public const string Admin = "admin";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [TasksRead, TasksWrite, Worker, AgentsWrite, Approve, Admin];
}
