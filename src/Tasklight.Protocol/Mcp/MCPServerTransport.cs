using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>How an MCP server is spoken to (contract: task-object §10).</summary>
[JsonConverter(typeof(MCPServerTransportConverter))]
public enum MCPServerTransport
{
    /// <summary>Streamable HTTP; on the wire <c>streamable-http</c>. The default.</summary>
    StreamableHttp,

    /// <summary>Standard input and output of a local process.</summary>
    Stdio,

    /// <summary>Server-sent events, the older HTTP transport.</summary>
    Sse,
}
