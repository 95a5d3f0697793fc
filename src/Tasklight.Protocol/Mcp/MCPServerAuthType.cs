using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>How a client proves itself to an MCP server (contract: task-object §10).</summary>
[JsonConverter(typeof(MCPServerAuthTypeConverter))]
public enum MCPServerAuthType
{
    /// <summary>Nothing. The default.</summary>
    None,

    /// <summary>An API key.</summary>
    ApiKey,

    /// <summary>OAuth 2; the end user may have to log in.</summary>
    OAuth2,

    /// <summary>Headers given with the server.</summary>
    CustomHeaders,
}
