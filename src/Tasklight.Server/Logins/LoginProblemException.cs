using Tasklight.Protocol;

namespace Tasklight.Server.Logins;

/// <summary>A login cannot be had, or not now. The message is for people and holds no secret.</summary>
sealed class LoginProblemException(MCPOAuthResponseType type, string message, Exception? inner = null) : Exception(message, inner)
{
    public MCPOAuthResponseType Type => type;

    /// <summary>There is no way to log in.</summary>
    public static LoginProblemException NotSupported(string message) => new(MCPOAuthResponseType.NotSupported, message);

    /// <summary>There is a way, and something is wrong with it.</summary>
    public static LoginProblemException Issue(string message, Exception? inner = null) => new(MCPOAuthResponseType.TokenIssue, message, inner);
}
