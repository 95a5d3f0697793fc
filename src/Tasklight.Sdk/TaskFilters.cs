using Tasklight.Protocol;

namespace Tasklight.Sdk;

/// <summary>Narrows a list of tasks; what is null does not filter, everything set must match exactly.</summary>
public sealed record TaskFilters
{
    /// <summary>The end user a task is done for.</summary>
    public string? UserId { get; init; }

    /// <summary>The parent task.</summary>
    public string? ParentTaskId { get; init; }

    /// <summary>The agent that started the task.</summary>
    public string? TriggeringAgentId { get; init; }

    /// <summary>The status.</summary>
    public AgentExecutionStatus? Status { get; init; }

    /// <summary>The customer's status text.</summary>
    public string? InternalStatus { get; init; }

    /// <summary>What a paused task waits for: <c>approval</c>, <c>login</c>, <c>answer</c> or <c>budget</c>.</summary>
    public string? WaitingFor { get; init; }
}
