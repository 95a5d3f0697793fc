namespace Tasklight.Protocol;

internal sealed class MCPServerTransportConverter() : WireWordConverter<MCPServerTransport>(Words)
{
    internal static readonly string[] Words = ["streamable-http", "stdio", "sse"];
}
