using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Whether an agent takes tasks (contract: sdk-http §6.10). On the wire in upper case.</summary>
[JsonConverter(typeof(AgentStatusConverter))]
public enum AgentStatus
{
    /// <summary>Takes tasks. The default.</summary>
    Active,

    /// <summary>Not yet deployed.</summary>
    Draft,

    /// <summary>Switched off: a create answers 400.</summary>
    Inactive,
}
