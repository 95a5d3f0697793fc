using Tasklight.Server.Access;

namespace Tasklight.Server.Runtime;

/// <summary>Who the server's own workers are: one key an organization, in memory only. No stored key has this id, so it tells their sessions.</summary>
static class RuntimeKey
{
    public const string Id = "runtime";

    /// <summary>Runs tasks, and makes and reads those that they start.</summary>
    public static Caller CallerOf(string organization) => new(organization, Id, Id, Scope.Worker | Scope.TasksRead | Scope.TasksWrite);
}
