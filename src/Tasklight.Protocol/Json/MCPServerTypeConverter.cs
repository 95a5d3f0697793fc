namespace Tasklight.Protocol;

internal sealed class MCPServerTypeConverter() : WireWordConverter<MCPServerType>(Words)
{
    internal static readonly string[] Words = ["remote", "local"];
}
