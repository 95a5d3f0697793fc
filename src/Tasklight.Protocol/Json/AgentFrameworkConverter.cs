namespace Tasklight.Protocol;

internal sealed class AgentFrameworkConverter() : WireWordConverter<AgentFramework>(Words)
{
    internal static readonly string[] Words = ["agno", "google-adk", "langchain", "open-ai-agents", "strands-agents", "open-claw"];
}
