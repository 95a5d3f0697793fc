namespace Tasklight.Server.Access;

/// <summary>The words of scopes on the wire.</summary>
static class ScopeNames
{
    static readonly (Scope Scope, string Name)[] Names =
    [
        (Scope.TasksRead, "tasks:read"), (Scope.TasksWrite, "tasks:write"), (Scope.Worker, "worker"),
        (Scope.AgentsWrite, "agents:write"), (Scope.Approve, "approve"), (Scope.Admin, "admin"),
    ];

    public static IReadOnlyList<string> All { get; } = [.. Names.Select(static n => n.Name)];

    /// <summary>The words of a set, in the order of the enum.</summary>
    public static IReadOnlyList<string> Of(Scope scopes) => [.. Names.Where(n => scopes.HasFlag(n.Scope)).Select(static n => n.Name)];

    /// <summary>The scope of a word, or null.</summary>
    public static Scope? Find(string word) => Names.FirstOrDefault(n => n.Name == word) is { Name: not null } found ? found.Scope : null;
}
