using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <content>What is known and told about the task's run.</content>
public sealed partial class AgentTask
{
    /// <summary>Records a run that happened elsewhere. The same id again updates the record; nothing is dispatched.</summary>
    /// <param name="agentId">The agent it counts for.</param>
    /// <param name="request">What happened.</param>
    /// <param name="configuration">Where and who; from the environment when null.</param>
    /// <param name="idempotencyKey">With one, the call may be repeated by itself, see <see cref="Configuration.RetryFor"/>.</param>
    /// <param name="ct">Ends the call; the record may have been made all the same.</param>
    /// <exception cref="TaskConflictException">The id belongs to a task that was not reported.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public static Task<AgentTask> ReportExternalTaskAsync(
        string agentId, ReportTaskRequest request, Configuration? configuration = null, string? idempotencyKey = null, CancellationToken ct = default)
    {
        var transport = new Transport(configuration ?? new Configuration());
        return transport.SendAsync(TaskRequests.Answering(TaskRequests.Report(agentId, request) with { IdempotencyKey = idempotencyKey }, transport), ct);
    }

    /// <inheritdoc cref="ReportExternalTaskAsync"/>
    public static AgentTask ReportExternalTask(
        string agentId, ReportTaskRequest request, Configuration? configuration = null, string? idempotencyKey = null, CancellationToken ct = default)
    {
        var transport = new Transport(configuration ?? new Configuration());
        return transport.Send(TaskRequests.Answering(TaskRequests.Report(agentId, request) with { IdempotencyKey = idempotencyKey }, transport), ct);
    }

    /// <summary>The messages, tool calls, reasoning steps, sub-agents and logins of all turns, oldest first.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<AgentActivityThread> GetActivityLogAsync(CancellationToken ct = default) => _link.Transport.SendAsync(GettingActivityLog(), ct);

    /// <inheritdoc cref="GetActivityLogAsync"/>
    public AgentActivityThread GetActivityLog(CancellationToken ct = default) => _link.Transport.Send(GettingActivityLog(), ct);

    /// <summary>Reports tokens, used tools, duration and result. A later report takes the place of an earlier one.</summary>
    /// <param name="configuration">Where and who; the task's own when null.</param>
    /// <param name="ct">Ends the call; the report may have been taken all the same.</param>
    /// <exception cref="InvalidOperationException"><c>Tokens</c> is null.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task ReportMetricsAsync(Configuration? configuration = null, CancellationToken ct = default) =>
        _link.Transport.With(configuration).SendAsync(ReportingMetrics(), ct);

    /// <inheritdoc cref="ReportMetricsAsync"/>
    public void ReportMetrics(Configuration? configuration = null, CancellationToken ct = default) =>
        _link.Transport.With(configuration).Send(ReportingMetrics(), ct);

    /// <summary>
    /// Whether the plan lets the task finish. The task is fetched first; result, status and tokens stay as they are here. Only a plan that is
    /// enabled, enforced and started holds a task back, and never while the agent waits for an answer.
    /// </summary>
    /// <exception cref="ModuleException">The task could not be fetched.</exception>
    public async Task<PlanFollowingStatus> GetPlanFollowingStatusAsync(CancellationToken ct = default)
    {
        await ReloadPlanAsync(ct).ConfigureAwait(false);
        return PlanFollowingStatus.Of(DeepPlanning);
    }

    /// <inheritdoc cref="GetPlanFollowingStatusAsync"/>
    public PlanFollowingStatus GetPlanFollowingStatus(CancellationToken ct = default)
    {
        ReloadPlan(ct);
        return PlanFollowingStatus.Of(DeepPlanning);
    }

    /// <summary>
    /// Has the agent's session summarised before a retry, by <see cref="Configuration.CompactSession"/>; without one nothing is done and the
    /// answer says so.
    /// </summary>
    /// <param name="instructions">What the summary should keep; null when nothing special.</param>
    /// <param name="ct">Ends the call.</param>
    public Task<CompactRetryResult> CompactSessionForRetryAsync(string? instructions = null, CancellationToken ct = default) =>
        Configuration.CompactSession is { } compact ? compact(this, instructions, ct) : Task.FromResult(new CompactRetryResult());

    private Task<AgentTask> ReloadPlanAsync(CancellationToken ct) => _link.Transport.SendAsync(ReloadingPlan(), ct);

    private AgentTask ReloadPlan(CancellationToken ct) => _link.Transport.Send(ReloadingPlan(), ct);

    private Call<AgentTask> ReloadingPlan()
    {
        var (result, status, tokens) = (Result, Status, Tokens);
        return Reloading().Then(task =>
        {
            (task.Result, task.Status, task.Tokens) = (result, status, tokens);
            return task;
        });
    }

    private Call<AgentActivityThread> GettingActivityLog() => new(TaskRequests.ActivityLog(AgentId, Id), ProtocolJson.Default.AgentActivityThread);

    private Call<Answer> ReportingMetrics() => Tokens is null
        ? throw new InvalidOperationException($"Set {nameof(Tokens)} of task '{Id}' before its metrics are reported.")
        : TaskRequests.Metrics(this, _link.Lease).Taken();
}
