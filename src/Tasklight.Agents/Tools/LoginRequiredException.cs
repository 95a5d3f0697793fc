using Tasklight.Protocol;

namespace Tasklight.Agents.Tools;

/// <summary>The tools cannot be had before a person has logged in: the login is told as an <c>auth_event</c> and the task paused.</summary>
/// <param name="login">Where to log in.</param>
public sealed class LoginRequiredException(MCPOAuthGetTokenResponse login)
    : Exception($"A person has to log in to {login.Data.ServerName ?? "the service"} first.")
{
    /// <summary>Where to log in: type <c>login_required</c> with its address and the server's name.</summary>
    public MCPOAuthGetTokenResponse Login => login;
}
