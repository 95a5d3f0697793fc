namespace Tasklight.Protocol;

/// <summary>Tokens of a run by who used them (contract: task-object §7).</summary>
public sealed record ExecutionTokens
{
    /// <summary>By the platform; never null.</summary>
    public Tokens Inner { get; init => field = value ?? new(); } = new();

    /// <summary>By the worker; never null.</summary>
    public Tokens Worker { get; init => field = value ?? new(); } = new();
}
