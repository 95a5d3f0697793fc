using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <content>The plan tools of the server (contract: task-object §9).</content>
public sealed partial class AgentTask
{
    /// <summary>Calls a plan tool. The server changes its plan, not this object's copy: what others change at the same time is kept. The plan as it is then is taken into this object.</summary>
    /// <param name="tool">The tool's id.</param>
    /// <param name="arguments">Its arguments, an object.</param>
    /// <param name="key">The same key is one change, however often it is sent.</param>
    /// <param name="ct">Ends the call; the change may have been made all the same.</param>
    /// <exception cref="LeaseLostException">In a worker: the task is no longer this worker's.</exception>
    /// <exception cref="ModuleException">422: the change makes no sense; the description says why, in words for a model. Otherwise the call failed.</exception>
    internal async Task<DeepPlanning> CallPlanToolAsync(string tool, JsonElement arguments, string key, CancellationToken ct)
    {
        var call = new Call<DeepPlanning>(TaskRequests.PlanTool(AgentId, Id, tool, arguments, key), ProtocolJson.Default.DeepPlanning);
        return ServersPlan = DeepPlanning = await _link.WriteAsync(call, ct).ConfigureAwait(false);
    }
}
