namespace Tasklight.Server.Access;

/// <summary>What a key may do (design §7). The numbers are stored.</summary>
[Flags]
enum Scope
{
    None = 0,
    TasksRead = 1,
    TasksWrite = 2,
    Worker = 4,
    AgentsWrite = 8,
    Approve = 16,
    Admin = 32,
    All = TasksRead | TasksWrite | Worker | AgentsWrite | Approve | Admin,
}
