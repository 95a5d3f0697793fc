using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Access;

/// <summary>
/// What a PATCH says about a task's secrets, in clear; what it does not carry is null. It is merged with what the task has when the command is decided, under
/// the row's lock, so that of two at once neither loses what the other brought.
/// </summary>
sealed class SecretChange(TaskSecrets secrets, string? userOidcToken, JsonElement? userTokens, IReadOnlyList<MCPServerDetails>? servers)
{
    /// <summary>The task's sealed secrets after it, those given when nothing changes, and whether its servers can be taken (<see cref="TaskSecrets.StayInPlace"/>).</summary>
    public (byte[]? Sealed, bool TakesServers) MergeWith(byte[]? kept, IReadOnlyList<MCPServerDetails> known) =>
        servers is null || TaskSecrets.StayInPlace(known, servers)
            ? (secrets.Merge(kept, known, userOidcToken, userTokens, servers), true)
            : (secrets.Merge(kept, known, userOidcToken, userTokens, servers: null), false);
}
