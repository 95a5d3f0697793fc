using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>What a create asks for, checked and complete: the agent's defaults are filled in and the secrets are out.</summary>
/// <param name="Fields">The wire fields of the new turn (status pending, secrets masked, id and organization set).</param>
sealed record NewTurn(AgentTaskFields Fields)
{
    public string? Pin { get; init; }
    public DateTimeOffset? StartBy { get; init; }
    public int MaxAttempts { get; init; } = TaskDefaults.MaxAttempts;
    public int MaxRunSeconds { get; init; } = TaskDefaults.MaxRunSeconds;
    public byte[]? Secrets { get; init; }
    public string? CreateHash { get; init; }

    /// <summary>True when the client named the id: then an existing task of that id is continued, otherwise it would be a collision.</summary>
    public bool MayContinue { get; init; }
}
