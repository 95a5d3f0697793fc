using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Settings of a graph node; keys not named here are kept.</summary>
public sealed record AgentGraphItemSettings
{
    /// <summary>The MCP server the node stands for; left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MCPServerDetails? McpSettings { get; init; }

    /// <summary>Keys not named above, kept as they came.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
