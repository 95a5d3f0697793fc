using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>How hard the agent is asked to think (contract: task-object §4). On the wire: the lower-case word.</summary>
[JsonConverter(typeof(ThinkModeConverter))]
public enum ThinkMode
{
    /// <summary>As the agent is configured.</summary>
    Default,

    /// <summary>More reasoning than usual.</summary>
    Harder,
}
