using System.Security.Cryptography;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Logins;

/// <summary>Somebody needs a token of an end user for an MCP server.</summary>
/// <param name="Organization">The tenant.</param>
/// <param name="AgentId">The agent that needs it.</param>
/// <param name="UserId">The end user, as the route names them.</param>
/// <param name="Server">The MCP server.</param>
/// <param name="Root">Where people reach this server.</param>
sealed record LoginAsk(string Organization, string AgentId, string UserId, MCPServerDetails Server, string Root)
{
    public const string CallbackPath = "/v1/oauth/callback";

    /// <summary>Make a page to log in when there is no token.</summary>
    public bool MakesPage { get; init; }

    /// <summary>The hash of a token that the MCP server refused; null when none was tried.</summary>
    public string? Refused { get; init; }

    /// <summary>Where the authorization server sends people back to.</summary>
    public string RedirectUri => Root + CallbackPath;

    /// <summary>The server's address; null when it has none that can be called.</summary>
    public Uri? Address => Uri.TryCreate(Server.Url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    /// <summary>The login of an end user, named as in tasks, to a server of an agent.</summary>
    public static LoginAsk Of(string organization, string agentId, string user, MCPServerDetails server) =>
        new(organization, agentId, server.ShareUserTokenAcrossOtherAgents ? user : $"{agentId}_{user}", server, Root: "");

    public LoginKey KeyFor(Uri address) => new(Organization, Server.ShareUserTokenAcrossOtherAgents ? LoginKey.Shared : AgentId, UserId, LoginDiscovery.Canonical(address));

    /// <summary>The server's name, for people.</summary>
    public string NameOf(Uri address) => string.IsNullOrWhiteSpace(Server.Name) ? address.Host : Server.Name;

    /// <summary>What a page to log in depends on, besides the login itself.</summary>
    public string Fingerprint => HashOf(string.Join('\n', [Server.ClientId ?? "", Server.ClientSecret ?? "", RedirectUri, .. Server.AdditionalScopes]));

    /// <summary>A token, so that it can be named without being told.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
