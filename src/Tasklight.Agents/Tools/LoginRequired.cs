using Tasklight.Protocol;

namespace Tasklight.Agents.Tools;

/// <summary>
/// The call was not made because a person has to log in first. The login is told as an <c>auth_event</c>, the task is paused, and the call is made
/// again, with the same id, when the task goes on.
/// </summary>
/// <param name="Login">Where to log in: type <c>login_required</c> with its address and the server's name.</param>
public sealed record LoginRequired(MCPOAuthGetTokenResponse Login)
    : ToolOutcome(Error($"A person has to log in to {Login.Data.ServerName ?? "the service"} first.").Result, IsError: true)
{
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(LoginRequired)} {Login.Data.ServerName}";
}
