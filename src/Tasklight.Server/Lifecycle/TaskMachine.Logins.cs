using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>Pauses for a login, and what ends them (contract: task-object §8, events §4).</summary>
static partial class TaskMachine
{
    static readonly byte[] LoggedIn = JsonSerializer.SerializeToUtf8Bytes(
        new MCPOAuthGetTokenResponse { Type = MCPOAuthResponseType.TokenReady, Data = new() { AccessToken = MCPOAuthGetTokenResponse.Redacted } },
        ProtocolJson.Default.MCPOAuthGetTokenResponse);

    static TaskDecision.Change FinishLogin(TaskRecord task, TaskCommand.FinishLogin login)
    {
        if (task.WaitsFor != TaskWait.Login || task.Fields.PendingEcaRequest?.AuthUrl != login.Page)
            return Unchanged(task);
        var edit = new TaskEdit(task, login.Now);
        edit.Emit(TaskEventTypes.AuthEvent, LoggedIn);
        edit.Fields.PendingEcaRequest = null;
        Requeue(edit);
        return edit.Done();
    }
}
