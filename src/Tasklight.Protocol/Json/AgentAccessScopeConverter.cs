namespace Tasklight.Protocol;

internal sealed class AgentAccessScopeConverter() : WireWordConverter<AgentAccessScope>(Words)
{
    internal static readonly string[] Words = ["personal", "organizational"];
}
