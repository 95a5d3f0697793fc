using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>The framework an agent's code is written in (contract: sdk-http §6.11); the baseline client knows no others.</summary>
[JsonConverter(typeof(AgentFrameworkConverter))]
public enum AgentFramework
{
    /// <summary><c>agno</c>. The default.</summary>
    Agno,

    /// <summary><c>google-adk</c></summary>
    GoogleAdk,

    /// <summary><c>langchain</c></summary>
    Langchain,

    /// <summary><c>open-ai-agents</c></summary>
    OpenAIAgents,

    /// <summary><c>strands-agents</c></summary>
    StrandsAgents,

    /// <summary><c>open-claw</c></summary>
    OpenClaw,
}
