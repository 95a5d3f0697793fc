using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Who in the organization sees an agent (contract: sdk-http §6.10).</summary>
[JsonConverter(typeof(AgentAccessScopeConverter))]
public enum AgentAccessScope
{
    /// <summary>Its maker. The default.</summary>
    Personal,

    /// <summary>Everyone.</summary>
    Organizational,
}
