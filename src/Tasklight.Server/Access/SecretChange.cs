using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Access;

/// <summary>
/// What a PATCH says about a task's secrets, in clear; what it does not carry is null. It is merged with what the task has when the command is decided, under
/// the row's lock, so that of two at once neither loses what the other brought.
/// </summary>
sealed class SecretChange(TaskSecrets secrets, string? userOidcToken, JsonElement? userTokens, IReadOnlyList<MCPServerDetails>? servers)
{
    /// <summary>The task's sealed secrets after it; those given when nothing changes.</summary>
    public byte[]? MergeWith(byte[]? kept) => secrets.Merge(kept, userOidcToken, userTokens, servers);
}
