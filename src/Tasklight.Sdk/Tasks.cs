using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>Creates, finds, changes and stops tasks. One object serves any number of calls at once.</summary>
public sealed class Tasks
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
        CreateAsync(
            agentId,
            new CreateTaskRequest { Input = new() { Text = prompt, Files = files ?? [] }, EventsStreaming = eventsStreaming },
            ct: ct);

    /// <summary>Creates a task, or begins the next turn of the one whose id the request names.</summary>
    /// <param name="agentId">The agent that shall do it.</param>
    /// <param name="request">All options.</param>
    /// <param name="agentVersion">The agent's version, as text; the current one when null.</param>
    /// <param name="idempotencyKey">With one, a repeated call creates nothing new: the same key and request give the same task for 24 hours.</param>
    /// <param name="ct">Ends the call; the task may have been created all the same.</param>
    /// <exception cref="TaskConflictException">The task's present turn has not ended.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<AgentTask> CreateAsync(
        string agentId, CreateTaskRequest request, string? agentVersion = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        Task(await _transport.SendAsync(
            TaskRequests.Create(agentId, request, agentVersion, idempotencyKey), ProtocolJson.Default.AgentTaskFields, ct).ConfigureAwait(false));

    /// <summary>Fetches a task.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<AgentTask> GetAsync(string taskId, CancellationToken ct = default) =>
        Task(await _transport.SendAsync(TaskRequests.Get(taskId), ProtocolJson.Default.AgentTaskFields, ct).ConfigureAwait(false));

    /// <summary>The tasks of an agent, newest first, at most the newest 1,000.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<IReadOnlyList<TasksListItem>> ListAsync(string agentId, TaskFilters? filters = null, CancellationToken ct = default) =>
        await _transport.SendAsync(TaskRequests.List(agentId, filters), ProtocolJson.Default.IReadOnlyListTasksListItem, ct).ConfigureAwait(false);

    /// <summary>Changes some fields of a task without fetching it; what is null in the request stays as it is.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="TaskConflictException">The task has ended and cannot be taken up again.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<AgentTask> UpdateAsync(string taskId, UpdateTaskRequest request, CancellationToken ct = default) =>
        Task(await _transport.SendAsync(TaskRequests.Update(taskId, request), ProtocolJson.Default.AgentTaskFields, ct).ConfigureAwait(false));

    /// <summary>Stops a task and its sub-tasks. A task that has ended stays as it is.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task in this organization.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<AgentTask> StopAsync(string taskId, CancellationToken ct = default) =>
        Task(await _transport.SendAsync(TaskRequests.Stop(taskId), ProtocolJson.Default.AgentTaskFields, ct).ConfigureAwait(false));

    private AgentTask Task(AgentTaskFields fields) => new(fields, new TaskLink(_transport));
}
