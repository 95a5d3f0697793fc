using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Where a login stands (contract: events §4).</summary>
[JsonConverter(typeof(MCPOAuthResponseTypeConverter))]
public enum MCPOAuthResponseType
{
    /// <summary>The user must log in at the given address.</summary>
    LoginRequired,

    /// <summary>There is a token.</summary>
    TokenReady,

    /// <summary>The login failed.</summary>
    TokenIssue,

    /// <summary>The server offers no login.</summary>
    NotSupported,
}
