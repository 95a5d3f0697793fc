using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>What kind of agent it is (contract: sdk-http §6.10).</summary>
[JsonConverter(typeof(AgentTypeConverter))]
public enum AgentType
{
    /// <summary>One agent. The default.</summary>
    Regular,

    /// <summary>An agent that leads others.</summary>
    Manager,

    /// <summary>Reached by the A2A protocol; on the wire <c>a2a</c>.</summary>
    A2A,

    /// <summary>Reached by plain HTTP.</summary>
    Curl,

    /// <summary>A workflow.</summary>
    Orchestration,
}
