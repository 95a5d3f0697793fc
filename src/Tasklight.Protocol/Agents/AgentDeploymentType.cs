using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Where an agent's code runs (contract: sdk-http §6.11).</summary>
[JsonConverter(typeof(AgentDeploymentTypeConverter))]
public enum AgentDeploymentType
{
    /// <summary>On the platform. The default.</summary>
    Serverless,

    /// <summary>In a worker of its own.</summary>
    Container,
}
