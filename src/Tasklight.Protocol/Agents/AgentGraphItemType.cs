using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>What a node of an agent's graph is (contract: sdk-http §6.11).</summary>
[JsonConverter(typeof(AgentGraphItemTypeConverter))]
public enum AgentGraphItemType
{
    /// <summary>A tool. The default.</summary>
    Tool,

    /// <summary>Where tasks come from.</summary>
    SourceNode,

    /// <summary>A sub-agent; its id is the item id.</summary>
    Agent,

    /// <summary>A person decides.</summary>
    HumanInTheLoop,

    /// <summary>Waits; on the wire <c>xpsleep-agent-delay</c>.</summary>
    Delay,

    /// <summary>An agent in its own code.</summary>
    CustomAgent,

    /// <summary>Storage.</summary>
    Storage,

    /// <summary>A coding agent.</summary>
    CodingAgent,

    /// <summary>An MCP server; its settings must be there.</summary>
    Mcp,
}
