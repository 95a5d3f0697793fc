using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <content>Decisions on what the task waits for.</content>
public sealed partial class AgentTask
{
    /// <summary>Approves what a paused task waits for, without fetching the task before.</summary>
    /// <param name="taskId">Its id.</param>
    /// <param name="decision">Which action is meant (<see cref="ApprovalDecisionRequest.ActionHash"/>), why, or with which other arguments; null approves whatever it waits for.</param>
    /// <param name="configuration">Where and who; from the environment when null. Its key needs the scope approve.</param>
    /// <param name="ct">Ends the call; the task may have been approved all the same.</param>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="TaskConflictException">The task waits for nobody, for the approval of another action, or the time for it is over.</exception>
    /// <exception cref="ModuleException">403: others must decide; and its kinds.</exception>
    public static Task<AgentTask> ApproveAsync(string taskId, ApprovalDecisionRequest? decision = null, Configuration? configuration = null, CancellationToken ct = default) =>
        new Tasks(configuration).ApproveAsync(taskId, decision, ct: ct);

    /// <inheritdoc cref="ApproveAsync(string, ApprovalDecisionRequest, Configuration, CancellationToken)"/>
    public static AgentTask Approve(string taskId, ApprovalDecisionRequest? decision = null, Configuration? configuration = null, CancellationToken ct = default) =>
        new Tasks(configuration).Approve(taskId, decision, ct: ct);

    /// <summary>Rejects what a paused task waits for, without fetching the task before: of a tool's call the agent is told so and goes on, anything else ends as stopped.</summary>
    /// <param name="taskId">Its id.</param>
    /// <param name="decision">Which action is meant, and why; null when there is nothing to say.</param>
    /// <param name="configuration">Where and who; from the environment when null. Its key needs the scope approve.</param>
    /// <param name="ct">Ends the call; the task may have been rejected all the same.</param>
    /// <inheritdoc cref="ApproveAsync(string, ApprovalDecisionRequest, Configuration, CancellationToken)" path="/exception"/>
    public static Task<AgentTask> RejectAsync(string taskId, ApprovalDecisionRequest? decision = null, Configuration? configuration = null, CancellationToken ct = default) =>
        new Tasks(configuration).RejectAsync(taskId, decision, ct: ct);

    /// <inheritdoc cref="RejectAsync(string, ApprovalDecisionRequest, Configuration, CancellationToken)"/>
    public static AgentTask Reject(string taskId, ApprovalDecisionRequest? decision = null, Configuration? configuration = null, CancellationToken ct = default) =>
        new Tasks(configuration).Reject(taskId, decision, ct: ct);

    /// <summary>
    /// Approves what this object says that the task waits for; when it waits for another action by now, the call is refused. Once enough have approved, the task is
    /// queued again. Needs a key of scope approve.
    /// </summary>
    /// <param name="decision">Why, or with which other arguments; null when there is nothing to say.</param>
    /// <param name="ct">Ends the call; the task may have been approved all the same.</param>
    /// <exception cref="TaskConflictException">The task waits for nobody, for the approval of another action, or the time for it is over.</exception>
    /// <exception cref="ModuleException">403: others must decide; and its kinds.</exception>
    public Task<AgentTask> ApproveAsync(ApprovalDecisionRequest? decision = null, CancellationToken ct = default) =>
        _link.Transport.SendAsync(Deciding(TaskRequests.Approve(Id, AboutThis(decision))), ct);

    /// <inheritdoc cref="ApproveAsync(ApprovalDecisionRequest, CancellationToken)"/>
    public AgentTask Approve(ApprovalDecisionRequest? decision = null, CancellationToken ct = default) =>
        _link.Transport.Send(Deciding(TaskRequests.Approve(Id, AboutThis(decision))), ct);

    /// <summary>Rejects what this object says that the task waits for. An action's rejection goes back to the agent with its reason; anything else ends as stopped.</summary>
    /// <param name="decision">Why; null when there is nothing to say.</param>
    /// <param name="ct">Ends the call; the task may have been rejected all the same.</param>
    /// <inheritdoc cref="ApproveAsync(ApprovalDecisionRequest, CancellationToken)" path="/exception"/>
    public Task<AgentTask> RejectAsync(ApprovalDecisionRequest? decision = null, CancellationToken ct = default) =>
        _link.Transport.SendAsync(Deciding(TaskRequests.Reject(Id, AboutThis(decision))), ct);

    /// <inheritdoc cref="RejectAsync(ApprovalDecisionRequest, CancellationToken)"/>
    public AgentTask Reject(ApprovalDecisionRequest? decision = null, CancellationToken ct = default) =>
        _link.Transport.Send(Deciding(TaskRequests.Reject(Id, AboutThis(decision))), ct);

    /// <summary>
    /// Pauses the task until people decide. In a worker the run is over with it: the handler returns the task, and what the decision puts back into the queue is a
    /// new run. Needs a key of scope worker or tasks:write.
    /// </summary>
    /// <param name="request">What they decide on; its task is this one.</param>
    /// <param name="ct">Ends the call; the task may be paused all the same.</param>
    /// <exception cref="LeaseLostException">In a worker: the task is no longer this worker's.</exception>
    /// <exception cref="TaskConflictException">The task has ended, or waits for a decision already.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<AgentTask> RequestApprovalAsync(CreateApprovalRequest request, CancellationToken ct = default) =>
        Paused(await _link.WriteAsync(AskingFor(request), ct).ConfigureAwait(false));

    /// <inheritdoc cref="RequestApprovalAsync"/>
    /// <exception cref="InvalidOperationException">In a worker's handler, whose events are sent before: use <see cref="RequestApprovalAsync"/>.</exception>
    public AgentTask RequestApproval(CreateApprovalRequest request, CancellationToken ct = default) => Paused(_link.WriteHere(AskingFor(request), ct));

    private ApiRequest AskingFor(CreateApprovalRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.TaskId = Id;
        return TaskRequests.RequestApproval(request, Guid.NewGuid().ToString());
    }

    private AgentTask Paused(AgentTaskFields answer)
    {
        Take(answer);
        return this;
    }

    // An approval is for the action that the approver saw.
    private ApprovalDecisionRequest AboutThis(ApprovalDecisionRequest? decision) => new()
    {
        WaitNodeId = decision?.WaitNodeId ?? HitlRequest?.WaitNodeId,
        ActionHash = decision?.ActionHash ?? HitlRequest?.ActionHash,
        Reason = decision?.Reason,
        Arguments = decision?.Arguments,
        ApprovedBy = decision?.ApprovedBy,
        RejectedBy = decision?.RejectedBy,
        Comment = decision?.Comment,
    };

    private Call<AgentTask> Deciding(ApiRequest request) => new Call<AgentTaskFields>(request, ProtocolJson.Default.AgentTaskFields).Then(answer =>
    {
        Take(answer);
        return this;
    });
}
