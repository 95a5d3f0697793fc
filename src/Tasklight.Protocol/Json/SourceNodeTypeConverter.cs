namespace Tasklight.Protocol;

internal sealed class SourceNodeTypeConverter() : WireWordConverter<SourceNodeType>(Words)
{
    internal static readonly string[] Words = ["workbench", "sdk", "task", "assistant", "webhook", "mcp", "a2a", "telegram", "slack"];
}
