namespace Tasklight.Protocol;

/// <summary>What an agent is told to be (contract: sdk-http §6.10). Equal when all texts are.</summary>
public sealed record AgentInstructions
{
    /// <summary>Who it is; never null.</summary>
    public IReadOnlyList<string> Role { get; init => field = value ?? []; } = [];

    /// <summary>What it is after; never null.</summary>
    public IReadOnlyList<string> Goal { get; init => field = value ?? []; } = [];

    /// <summary>Everything else; never null.</summary>
    public string General { get; init => field = value ?? ""; } = "";

    /// <inheritdoc/>
    public bool Equals(AgentInstructions? other) =>
        other is not null && General == other.General && Role.SequenceEqual(other.Role) && Goal.SequenceEqual(other.Goal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(General, Role.Count, Goal.Count);
}
