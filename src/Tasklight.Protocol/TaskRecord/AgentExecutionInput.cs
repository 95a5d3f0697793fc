namespace Tasklight.Protocol;

/// <summary>What a task is asked to do (contract: task-object §4).</summary>
public sealed record AgentExecutionInput
{
    /// <summary>The prompt; empty unless said, may be null.</summary>
    public string? Text { get; init; }

    /// <summary>URLs of attached files; never null.</summary>
    public IReadOnlyList<string> Files { get; init => field = value ?? []; } = [];

    /// <summary>The end user the task is done for.</summary>
    public User? User { get; init; }
}
