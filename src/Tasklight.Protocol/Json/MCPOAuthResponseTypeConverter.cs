namespace Tasklight.Protocol;

internal sealed class MCPOAuthResponseTypeConverter() : WireWordConverter<MCPOAuthResponseType>(Words)
{
    internal static readonly string[] Words = ["login_required", "token_ready", "token_issue", "not_supported"];
}
