namespace Tasklight.Protocol;

internal sealed class AgentExecutionStatusConverter() : WireWordConverter<AgentExecutionStatus>(Words)
{
    internal static readonly string[] Words = ["pending", "executing", "paused", "completed", "error", "failed", "stopped"];
}
