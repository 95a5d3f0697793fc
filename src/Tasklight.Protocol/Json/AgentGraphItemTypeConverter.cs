namespace Tasklight.Protocol;

internal sealed class AgentGraphItemTypeConverter() : WireWordConverter<AgentGraphItemType>(Words)
{
    internal static readonly string[] Words =
    [
        "tool", "source_node", "agent", "human_in_the_loop", "xpsleep-agent-delay", "custom_agent", "storage", "coding_agent", "mcp",
    ];
}
