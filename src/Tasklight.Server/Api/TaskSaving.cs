using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>Takes out of a patch what may not become a command: its secrets, and a parent that the task may not have (contract: task-object §3).</summary>
sealed class TaskSaving(ITaskStore store, TaskSecrets secrets, TaskTree tree, PriceOptions prices)
{
    /// <summary>Leaves a parent out that is not there, is below the task, or allows no sub-task so deep. It is named in the header <c>Tasklight-Ignored</c>.</summary>
    public async ValueTask CheckParentAsync(string organization, string taskId, TaskPatch patch)
    {
        if (patch.ParentExecution is { IsSet: true, Value: { Length: > 0 } parent }
            && await store.FindAsync(organization, taskId) is { Fields.ParentExecution: null } task
            && await tree.FindProblemAsync(organization, taskId, task, parent, prices.Unpriced(task.Fields), CancellationToken.None) is not null)
        {
            patch.ParentExecution = default;
            patch.Ignored = [.. patch.Ignored, "parent_execution"];
        }
    }

    /// <summary>Masks the patch's secrets in place, and answers them; null when it carries none, and no servers either.</summary>
    public SecretChange? TakeSecrets(TaskPatch patch)
    {
        var token = patch.UserOidcToken.IsSet ? patch.UserOidcToken.Value : null;
        var tokens = patch.UserTokens.IsSet ? patch.UserTokens.Value : (JsonElement?)null;
        var servers = patch.McpServers.IsSet ? patch.McpServers.Value : null;
        if (servers is not null)
        {
            patch.McpServers = new Optional<IReadOnlyList<MCPServerDetails>>(TaskSecrets.Mask(servers));
        }

        return token is null && tokens is null && servers is null ? null : new SecretChange(secrets, token, tokens, servers);
    }
}
