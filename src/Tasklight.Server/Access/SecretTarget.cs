using Tasklight.Protocol;

namespace Tasklight.Server.Access;

/// <summary>
/// Where secrets are sent, as a text that is equal when it is the same place. A secret that comes back masked is kept for that place alone: otherwise whoever
/// may change an address could have secrets sent to himself that he may not read.
/// </summary>
static class SecretTarget
{
    /// <summary>Of an MCP server: the origin of its address, and its command with all arguments.</summary>
    public static string Of(MCPServerDetails server) => $"{Of(server.Url)} {(server.Command is null ? "" : SecretTexts.Mask(server.Command))}";

    /// <summary>Of an address: its scheme, host and port. One that cannot be read is a place of its own.</summary>
    public static string Of(string? address) =>
        address is null ? "" : Uri.TryCreate(address, UriKind.Absolute, out var url) ? $"{url.Scheme}://{url.IdnHost}:{url.Port}" : SecretTexts.Mask(address);
}
