namespace Tasklight.Protocol;

/// <summary>What follows from a status alone.</summary>
public static class AgentExecutionStatusExtensions
{
    /// <summary>True for completed, error, failed and stopped: nothing more happens in this turn.</summary>
    public static bool IsTerminal(this AgentExecutionStatus status) => status >= AgentExecutionStatus.Completed;
}
