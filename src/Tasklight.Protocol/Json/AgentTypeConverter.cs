namespace Tasklight.Protocol;

internal sealed class AgentTypeConverter() : WireWordConverter<AgentType>(Words)
{
    internal static readonly string[] Words = ["regular", "manager", "a2a", "curl", "orchestration"];
}
