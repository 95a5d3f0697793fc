using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>Creates, finds, changes and stops tasks. One object serves any number of calls at once.</summary>
public sealed partial class Tasks
{
    private readonly Transport _transport;

    /// <summary>Makes the client.</summary>
    /// <param name="configuration">Where and who; from the environment when null.</param>
    /// <param name="http">The HTTP client to use; the SDK's own, shared by the process, when null.</param>
    public Tasks(Configuration? configuration = null, HttpClient? http = null)
        : this(new Transport(configuration ?? new Configuration(), http))
    {
    }

    internal Tasks(Transport transport) => _transport = transport;

    /// <summary>Creates a task from a prompt.</summary>
    /// <param name="agentId">The agent that shall do it.</param>
    /// <param name="prompt">What is asked for.</param>
    /// <param name="files">URLs of attached files, for example of <see cref="Files"/>.</param>
    /// <param name="eventsStreaming">Whether <see cref="AgentTask.EventsAsync"/> may be used on it.</param>
    /// <param name="ct">Ends the call; the task may have been created all the same.</param>
    /// <exception cref="ModuleException">404: there is no such agent; and its kinds.</exception>
    public Task<AgentTask> CreateAsync(
        string agentId, string prompt, IReadOnlyList<string>? files = null, bool eventsStreaming = false, CancellationToken ct = default) =>
        CreateAsync(agentId, Prompt(prompt, files, eventsStreaming), ct: ct);

    /// <inheritdoc cref="CreateAsync(string, string, IReadOnlyList{string}, bool, CancellationToken)"/>
    public AgentTask Create(
        string agentId, string prompt, IReadOnlyList<string>? files = null, bool eventsStreaming = false, CancellationToken ct = default) =>
        Create(agentId, Prompt(prompt, files, eventsStreaming), ct: ct);

    /// <summary>Creates a task, or begins the next turn of the one whose id the request names.</summary>
    /// <param name="agentId">The agent that shall do it.</param>
    /// <param name="request">All options.</param>
    /// <param name="agentVersion">The agent's version, as text; the current one when null.</param>
    /// <param name="idempotencyKey">With one, a repeated call creates nothing new: the same key and request give the same task for 24 hours.</param>
    /// <param name="ct">Ends the call; the task may have been created all the same.</param>
    /// <exception cref="TaskConflictException">The task's present turn has not ended.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<AgentTask> CreateAsync(
        string agentId, CreateTaskRequest request, string? agentVersion = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.SendAsync(Answering(TaskRequests.Create(agentId, request, agentVersion, idempotencyKey)), ct);

    /// <inheritdoc cref="CreateAsync(string, CreateTaskRequest, string, string, CancellationToken)"/>
    public AgentTask Create(
        string agentId, CreateTaskRequest request, string? agentVersion = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.Send(Answering(TaskRequests.Create(agentId, request, agentVersion, idempotencyKey)), ct);

    /// <summary>Why a task does not run, since when, and what would make it.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<WhyAnswer> WhyAsync(string taskId, CancellationToken ct = default) => _transport.SendAsync(TaskRequests.Why(taskId), ct);

    /// <inheritdoc cref="WhyAsync"/>
    public WhyAnswer Why(string taskId, CancellationToken ct = default) => _transport.Send(TaskRequests.Why(taskId), ct);

    /// <summary>Fetches a task.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<AgentTask> GetAsync(string taskId, CancellationToken ct = default) => _transport.SendAsync(Answering(TaskRequests.Get(taskId)), ct);

    /// <inheritdoc cref="GetAsync"/>
    public AgentTask Get(string taskId, CancellationToken ct = default) => _transport.Send(Answering(TaskRequests.Get(taskId)), ct);

    /// <summary>The tasks of an agent, newest first, at most the newest 1,000.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<IReadOnlyList<TasksListItem>> ListAsync(string agentId, TaskFilters? filters = null, CancellationToken ct = default) =>
        _transport.SendAsync(Listing(TaskRequests.List(agentId, filters)), ct);

    /// <inheritdoc cref="ListAsync"/>
    public IReadOnlyList<TasksListItem> List(string agentId, TaskFilters? filters = null, CancellationToken ct = default) =>
        _transport.Send(Listing(TaskRequests.List(agentId, filters)), ct);

    /// <summary>The tasks made for an end user, of all agents, newest first, at most the newest 1,000.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<IReadOnlyList<TasksListItem>> ListUserTasksAsync(string userId, TaskFilters? filters = null, CancellationToken ct = default) =>
        _transport.SendAsync(Listing(TaskRequests.ListOfUser(userId, filters)), ct);

    /// <inheritdoc cref="ListUserTasksAsync"/>
    public IReadOnlyList<TasksListItem> ListUserTasks(string userId, TaskFilters? filters = null, CancellationToken ct = default) =>
        _transport.Send(Listing(TaskRequests.ListOfUser(userId, filters)), ct);

    /// <summary>Changes some fields of a task without fetching it; what is null in the request stays as it is.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="request">What changes.</param>
    /// <param name="idempotencyKey">With one, a repeated call changes nothing again.</param>
    /// <param name="ct">Ends the call; the change may have been made all the same.</param>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="TaskConflictException">The task has ended and cannot be taken up again.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<AgentTask> UpdateAsync(string taskId, UpdateTaskRequest request, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.SendAsync(Answering(TaskRequests.Update(taskId, request) with { IdempotencyKey = idempotencyKey }), ct);

    /// <inheritdoc cref="UpdateAsync"/>
    public AgentTask Update(string taskId, UpdateTaskRequest request, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.Send(Answering(TaskRequests.Update(taskId, request) with { IdempotencyKey = idempotencyKey }), ct);

    /// <summary>Waits until a task has ended, see <see cref="AgentTask.WaitForCompletionAsync"/>.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="progress">Told of the task whenever it was found changed.</param>
    /// <param name="ct">Ends the waiting; the task goes on.</param>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<AgentTask> WaitForCompletionAsync(string taskId, IProgress<AgentTask>? progress = null, CancellationToken ct = default)
    {
        var task = await GetAsync(taskId, ct).ConfigureAwait(false);
        return await task.WaitForCompletionAsync(progress, ct).ConfigureAwait(false);
    }

    /// <inheritdoc cref="WaitForCompletionAsync"/>
    public AgentTask WaitForCompletion(string taskId, IProgress<AgentTask>? progress = null, CancellationToken ct = default) =>
        Get(taskId, ct).WaitForCompletion(progress, ct);

    /// <summary>Stops a task and its sub-tasks. A task that has ended stays as it is.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="idempotencyKey">With one, the call may be repeated by itself, see <see cref="Configuration.RetryFor"/>.</param>
    /// <param name="ct">Ends the call; the task may have been stopped all the same.</param>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<AgentTask> StopAsync(string taskId, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.SendAsync(Answering(TaskRequests.Stop(taskId) with { IdempotencyKey = idempotencyKey }), ct);

    /// <inheritdoc cref="StopAsync"/>
    public AgentTask Stop(string taskId, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.Send(Answering(TaskRequests.Stop(taskId) with { IdempotencyKey = idempotencyKey }), ct);

    /// <summary>Approves what a paused task waits for; it is queued again, and its handler called again.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="decision">Which action it is about, who decides, and why; whatever the task waits for, and the key's owner, when null.</param>
    /// <param name="idempotencyKey">With one, the call may be repeated by itself, see <see cref="Configuration.RetryFor"/>.</param>
    /// <param name="ct">Ends the call; the task may have been approved all the same.</param>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="TaskConflictException">The task waits for nobody, for the approval of another action, or the time for it is over.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<AgentTask> ApproveAsync(string taskId, ApprovalDecisionRequest? decision = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.SendAsync(Answering(TaskRequests.Approve(taskId, decision) with { IdempotencyKey = idempotencyKey }), ct);

    /// <inheritdoc cref="ApproveAsync"/>
    public AgentTask Approve(string taskId, ApprovalDecisionRequest? decision = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.Send(Answering(TaskRequests.Approve(taskId, decision) with { IdempotencyKey = idempotencyKey }), ct);

    /// <summary>Rejects what a paused task waits for: of a tool's call the agent is told so and goes on, anything else ends as stopped.</summary>
    /// <inheritdoc cref="ApproveAsync" path="/param"/>
    /// <inheritdoc cref="ApproveAsync" path="/exception"/>
    public Task<AgentTask> RejectAsync(string taskId, ApprovalDecisionRequest? decision = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.SendAsync(Answering(TaskRequests.Reject(taskId, decision) with { IdempotencyKey = idempotencyKey }), ct);

    /// <inheritdoc cref="RejectAsync"/>
    public AgentTask Reject(string taskId, ApprovalDecisionRequest? decision = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.Send(Answering(TaskRequests.Reject(taskId, decision) with { IdempotencyKey = idempotencyKey }), ct);

    internal static CreateTaskRequest Prompt(string prompt, IReadOnlyList<string>? files, bool eventsStreaming) =>
        new() { Input = new() { Text = prompt, Files = files ?? [] }, EventsStreaming = eventsStreaming };

    private static Call<IReadOnlyList<TasksListItem>> Listing(ApiRequest request) => new(request, ProtocolJson.Default.IReadOnlyListTasksListItem);

    private Call<AgentTask> Answering(ApiRequest request) => TaskRequests.Answering(request, _transport);
}
