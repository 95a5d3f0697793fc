namespace Tasklight.Protocol;

internal sealed class MCPServerAuthTypeConverter() : WireWordConverter<MCPServerAuthType>(Words)
{
    internal static readonly string[] Words = ["none", "api_key", "oauth2", "custom_headers"];
}
