using System.Text.Json.Serialization;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>
/// A task: its fields, and what can be done with it. Methods that talk to the server take its answer into this object and return it. One
/// object is for one flow of work at a time; nothing in it is locked.
/// </summary>
public sealed partial class AgentTask : AgentTaskFields
{
    private readonly TaskLink _link;

    internal AgentTask(AgentTaskFields fields, TaskLink link)
    {
        _link = link;
        Take(fields);
    }

    /// <summary>What this task's calls are made with. Never written as JSON: it holds the key.</summary>
    [JsonIgnore]
    public Configuration Configuration => _link.Transport.Configuration;

    // The plan as the server last gave it.
    internal DeepPlanning ServersPlan { get; private set; } = DeepPlanning.None;

    /// <summary>Fetches a task.</summary>
    /// <param name="taskId">Its id.</param>
    /// <param name="configuration">Where and who; from the environment when null.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public static Task<AgentTask> LoadAsync(string taskId, Configuration? configuration = null, CancellationToken ct = default) =>
        new Tasks(configuration).GetAsync(taskId, ct);

    /// <inheritdoc cref="LoadAsync"/>
    public static AgentTask Load(string taskId, Configuration? configuration = null, CancellationToken ct = default) =>
        new Tasks(configuration).Get(taskId, ct);

    /// <summary>Fetches the task again. A plan and additional context that are only here are kept, as long as the turn is the same.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<AgentTask> ReloadAsync(CancellationToken ct = default) => _link.Transport.SendAsync(Reloading(), ct);

    /// <inheritdoc cref="ReloadAsync"/>
    public AgentTask Reload(CancellationToken ct = default) => _link.Transport.Send(Reloading(), ct);

    /// <summary>Sends the whole task. The server keeps the fields that are its own; a result of null clears the result.</summary>
    /// <param name="withDeepPlanUpdate">Whether the plan is sent too; otherwise the server's plan stays.</param>
    /// <param name="ct">Ends the call; the change may have been made all the same.</param>
    /// <exception cref="LeaseLostException">In a worker: the task is no longer this worker's.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<AgentTask> SaveAsync(bool withDeepPlanUpdate = false, CancellationToken ct = default) =>
        TakeKeepingWhatIsOnlyHere(await _link.WriteAsync(TaskRequests.Save(this, withDeepPlanUpdate), ct).ConfigureAwait(false));

    /// <inheritdoc cref="SaveAsync"/>
    /// <exception cref="InvalidOperationException">In a worker's handler, whose events are sent before a save: use <see cref="SaveAsync"/>.</exception>
    public AgentTask Save(bool withDeepPlanUpdate = false, CancellationToken ct = default) =>
        TakeKeepingWhatIsOnlyHere(_link.WriteHere(TaskRequests.Save(this, withDeepPlanUpdate), ct));

    /// <summary>Sets status and result and saves. Without a result, the result is cleared.</summary>
    /// <inheritdoc cref="SaveAsync" path="/exception"/>
    public Task<AgentTask> SetStatusAsync(AgentExecutionStatus status, string? result = null, CancellationToken ct = default)
    {
        (Status, Result) = (status, result);
        return SaveAsync(ct: ct);
    }

    /// <inheritdoc cref="SetStatusAsync"/>
    /// <inheritdoc cref="Save" path="/exception"/>
    public AgentTask SetStatus(AgentExecutionStatus status, string? result = null, CancellationToken ct = default)
    {
        (Status, Result) = (status, result);
        return Save(ct: ct);
    }

    /// <summary>Stops the task and its sub-tasks. A task that has ended stays as it is.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<AgentTask> StopAsync(CancellationToken ct = default) => _link.Transport.SendAsync(Stopping(), ct);

    /// <inheritdoc cref="StopAsync"/>
    public AgentTask Stop(CancellationToken ct = default) => _link.Transport.Send(Stopping(), ct);

    /// <summary>
    /// The events of the present turn from its beginning, then those that come, each once and in order; ends after <c>task_finished</c>. A
    /// broken connection is taken up again behind the last event. This object's fields do not change.
    /// </summary>
    /// <exception cref="InvalidOperationException">The task was created without <c>EventsStreaming</c>.</exception>
    /// <exception cref="ModuleException">The server refuses, or could not be reached for five minutes.</exception>
    public IAsyncEnumerable<TaskUpdateEvent> EventsAsync(CancellationToken ct = default) => EventStream().ReadAsync(ct);

    /// <inheritdoc cref="EventsAsync"/>
    public IEnumerable<TaskUpdateEvent> Events(CancellationToken ct = default) => EventStream().Read(ct);

    /// <summary>Adds an event to the task's log. In a worker events are sent in order, together, soon after; outside at once.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public ValueTask PushAsync(TaskUpdateEvent update, CancellationToken ct = default) => _link.Outbox is { } outbox
        ? outbox(update, ct)
        : new ValueTask(_link.Transport.SendAsync(Pushing(update), ct));

    /// <inheritdoc cref="PushAsync"/>
    /// <exception cref="InvalidOperationException">In a worker's handler: use <see cref="PushAsync"/>.</exception>
    public void Push(TaskUpdateEvent update, CancellationToken ct = default)
    {
        if (_link.Outbox is not null)
        {
            throw new InvalidOperationException($"In a worker's handler events are pushed with {nameof(PushAsync)}, which keeps their order.");
        }

        _link.Transport.Send(Pushing(update), ct);
    }

    /// <summary>In a worker: waits until the events pushed so far were sent, so that what others do next comes after them in the log.</summary>
    internal Task FlushAsync(CancellationToken ct) => _link.BeforeWrite?.Invoke(ct) ?? Task.CompletedTask;

    internal async Task BeginAsync(CancellationToken ct) => TakeKeepingWhatIsOnlyHere(
        await _link.WriteAsync(TaskRequests.Update(Id, new UpdateTaskRequest { Status = AgentExecutionStatus.Executing }), ct).ConfigureAwait(false));

    /// <summary>Ends the task with a reason alone, when it cannot be saved as it is.</summary>
    internal async Task FailAsync(string reason, CancellationToken ct) => Take(
        await _link.WriteAsync(TaskRequests.Update(Id, new UpdateTaskRequest { Status = AgentExecutionStatus.Error, Result = reason }), ct).ConfigureAwait(false));

    // Every property, so that a field added to the wire is never forgotten here.
    internal void Take(AgentTaskFields fields)
    {
        foreach (var property in ProtocolJson.Default.AgentTaskFields.Properties)
        {
            property.Set?.Invoke(this, property.Get?.Invoke(fields));
        }

        ServersPlan = fields.DeepPlanning;
    }

    private Call<AgentTask> Reloading() => new Call<AgentTaskFields>(TaskRequests.Get(Id), ProtocolJson.Default.AgentTaskFields).Then(TakeKeepingWhatIsOnlyHere);

    private Call<AgentTask> Stopping() => new Call<AgentTaskFields>(TaskRequests.Stop(Id), ProtocolJson.Default.AgentTaskFields).Then(answer =>
    {
        Take(answer);
        return this;
    });

    private Call<Answer> Pushing(TaskUpdateEvent update) => TaskRequests.Push(Id, [update], _link.Lease, Guid.NewGuid().ToString()).Taken();

    private TaskEventStream EventStream() => EventsStreaming
        ? new TaskEventStream(_link.Transport, OrganizationId, Id)
        : throw new InvalidOperationException($"Task '{Id}' has no event stream: create it with {nameof(EventsStreaming)} = true.");

    // An answer may lack what was not saved; within a turn the local value is the newer one. A new turn has no use for the old plan.
    private AgentTask TakeKeepingWhatIsOnlyHere(AgentTaskFields answer)
    {
        var (plan, context) = (DeepPlanning, AdditionalContext);
        var isSameTurn = StartedAt is null || StartedAt == answer.StartedAt;
        Take(answer);
        if (!isSameTurn)
        {
            return this;
        }

        DeepPlanning = answer.DeepPlanning == DeepPlanning.None ? plan : answer.DeepPlanning;
        AdditionalContext = string.IsNullOrEmpty(answer.AdditionalContext) ? context : answer.AdditionalContext;
        return this;
    }
}
