using Tasklight.Server.Logins.Documents;

namespace Tasklight.Server.Logins;

/// <summary>Where a login to an MCP server is made, and for what.</summary>
/// <param name="Server">The authorization server; its endpoints are checked.</param>
/// <param name="Resource">What tokens are for (RFC 8707).</param>
/// <param name="Scopes">What the MCP server wants them to be good for; perhaps none.</param>
sealed record LoginTarget(AuthorizationServer Server, string Resource, IReadOnlyList<string> Scopes);
