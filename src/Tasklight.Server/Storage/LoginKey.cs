namespace Tasklight.Server.Storage;

/// <summary>Whose login it is, and to what.</summary>
/// <param name="Organization">The tenant.</param>
/// <param name="AgentId">The agent that it is for; empty = all of the organization's agents share it.</param>
/// <param name="UserId">The end user, as the login's route names them.</param>
/// <param name="Server">The MCP server's address, without query and fragment.</param>
readonly record struct LoginKey(string Organization, string AgentId, string UserId, string Server)
{
    public const string Shared = "";
}
