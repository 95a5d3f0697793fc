using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Where an MCP server runs (contract: task-object §10).</summary>
[JsonConverter(typeof(MCPServerTypeConverter))]
public enum MCPServerType
{
    /// <summary>Reached by URL. The default.</summary>
    Remote,

    /// <summary>Started by the worker as a process.</summary>
    Local,
}
