namespace Tasklight.Protocol;

internal sealed class AgentStatusConverter() : WireWordConverter<AgentStatus>(Words)
{
    internal static readonly string[] Words = ["ACTIVE", "DRAFT", "INACTIVE"];
}
