using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>Takes the secrets out of a patch before it becomes a command (contract: task-object §3, group Secrets).</summary>
sealed class TaskSaving(ITaskStore store, TaskSecrets secrets)
{
    /// <summary>Masks the patch's secrets in place.</summary>
    /// <returns>The task's secrets with the new ones among them, sealed; null when the patch brings none.</returns>
    public async ValueTask<byte[]?> SealAsync(string organization, string taskId, TaskPatch patch)
    {
        var servers = patch.McpServers.IsSet ? patch.McpServers.Value : null;
        var token = patch.UserOidcToken.IsSet ? patch.UserOidcToken.Value : null;
        var tokens = patch.UserTokens.IsSet ? patch.UserTokens.Value : (System.Text.Json.JsonElement?)null;
        if (!TaskSecrets.IsNew(token, tokens, servers))
        {
            return null;
        }

        if (servers is not null)
        {
            patch.McpServers = new Optional<IReadOnlyList<MCPServerDetails>>(TaskSecrets.Mask(servers));
        }

        var task = await store.FindAsync(organization, taskId);
        return task is null ? null : secrets.Merge(task.Secrets, token, tokens, servers);
    }
}
