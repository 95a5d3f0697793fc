using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>Invokes agents, reports external runs, and gathers what a framework needs to do a task.</summary>
public sealed class Backend
{
    private const string TaskIdKey = "xpander_task_id";

    private readonly Transport _transport;

    /// <summary>Makes the client.</summary>
    /// <param name="configuration">Where and who; from the environment when null.</param>
    /// <param name="http">The HTTP client to use; the SDK's own, shared by the process, when null.</param>
    public Backend(Configuration? configuration = null, HttpClient? http = null)
        : this(new Transport(configuration ?? new Configuration(), http))
    {
    }

    internal Backend(Transport transport) => _transport = transport;

    /// <summary>Fetches the agent and creates a task of it from a prompt. A prompt that is JSON with a <c>xpander_task_id</c> loads that task instead.</summary>
    /// <param name="prompt">What is asked for.</param>
    /// <param name="agentId">The agent; <see cref="Configuration.AgentId"/> when null.</param>
    /// <param name="eventsStreaming">Whether <see cref="AgentTask.EventsAsync"/> may be used on the task.</param>
    /// <param name="ct">Ends the calls; the task may have been created all the same.</param>
    /// <exception cref="ModuleException">A call failed; see its kinds.</exception>
    public Task<AgentTask> InvokeAgentAsync(string prompt, string? agentId = null, bool eventsStreaming = false, CancellationToken ct = default) =>
        InvokeAgentAsync(Tasks.Prompt(prompt, null, eventsStreaming), agentId, ct: ct);

    /// <inheritdoc cref="InvokeAgentAsync(string, string, bool, CancellationToken)"/>
    public AgentTask InvokeAgent(string prompt, string? agentId = null, bool eventsStreaming = false, CancellationToken ct = default) =>
        InvokeAgent(Tasks.Prompt(prompt, null, eventsStreaming), agentId, ct: ct);

    /// <summary>Fetches the agent and creates a task of it. A prompt that is JSON with a <c>xpander_task_id</c> loads that task instead.</summary>
    /// <param name="request">All options.</param>
    /// <param name="agentId">The agent; <see cref="Configuration.AgentId"/> when null.</param>
    /// <param name="agentVersion">The agent's version, as text; the current one when null.</param>
    /// <param name="idempotencyKey">With one, a repeated call creates nothing new: the same key and request give the same task for 24 hours.</param>
    /// <param name="ct">Ends the calls; the task may have been created all the same.</param>
    /// <exception cref="ModuleException">A call failed; see its kinds.</exception>
    public async Task<AgentTask> InvokeAgentAsync(
        CreateTaskRequest request, string? agentId = null, string? agentVersion = null, string? idempotencyKey = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (NamedTask(request.Input.Text) is { } taskId)
        {
            return await new Tasks(_transport).GetAsync(taskId, ct).ConfigureAwait(false);
        }

        var agent = await _transport.SendAsync(AgentRequests.Get(agentId, (string?)null, _transport), ct).ConfigureAwait(false);
        return await agent.CreateTaskAsync(request, agentVersion, idempotencyKey, ct).ConfigureAwait(false);
    }

    /// <inheritdoc cref="InvokeAgentAsync(CreateTaskRequest, string, string, string, CancellationToken)"/>
    public AgentTask InvokeAgent(
        CreateTaskRequest request, string? agentId = null, string? agentVersion = null, string? idempotencyKey = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return NamedTask(request.Input.Text) is { } taskId
            ? new Tasks(_transport).Get(taskId, ct)
            : _transport.Send(AgentRequests.Get(agentId, (string?)null, _transport), ct).CreateTask(request, agentVersion, idempotencyKey, ct);
    }

    /// <summary>Records a run that happened elsewhere.</summary>
    /// <param name="request">What happened.</param>
    /// <param name="agentId">The agent it counts for; <see cref="Configuration.AgentId"/> when null.</param>
    /// <param name="idempotencyKey">With one, the call may be repeated by itself, see <see cref="Configuration.RetryFor"/>.</param>
    /// <param name="ct">Ends the call; the record may have been made all the same.</param>
    /// <exception cref="TaskConflictException">The id belongs to a task that was not reported.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<AgentTask> ReportExternalTaskAsync(
        ReportTaskRequest request, string? agentId = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.SendAsync(Reporting(request, agentId, idempotencyKey), ct);

    /// <inheritdoc cref="ReportExternalTaskAsync"/>
    public AgentTask ReportExternalTask(
        ReportTaskRequest request, string? agentId = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        _transport.Send(Reporting(request, agentId, idempotencyKey), ct);

    /// <summary>What a framework needs to do a task: instructions, model, tools, MCP servers, limits. The message is <see cref="AgentTask.ToMessageAsync"/>.</summary>
    /// <param name="task">The task; its agent is fetched in the version it names.</param>
    /// <param name="ct">Ends the calls.</param>
    /// <exception cref="ModuleException">A call failed; see its kinds.</exception>
    public async Task<AgentContext> GetAgentContextAsync(AgentTask task, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        var agent = await _transport.SendAsync(AgentRequests.Get(task.AgentId, task.AgentVersion, _transport), ct).ConfigureAwait(false);
        return AgentContext.Of(agent, task, await _transport.SendAsync(AgentRequests.DefaultModelHeaders(), ct).ConfigureAwait(false));
    }

    /// <inheritdoc cref="GetAgentContextAsync"/>
    public AgentContext GetAgentContext(AgentTask task, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        var agent = _transport.Send(AgentRequests.Get(task.AgentId, task.AgentVersion, _transport), ct);
        return AgentContext.Of(agent, task, _transport.Send(AgentRequests.DefaultModelHeaders(), ct));
    }

    private static string? NamedTask(string? prompt)
    {
        if (prompt?.Contains(TaskIdKey, StringComparison.Ordinal) != true)
        {
            return null;
        }

        try
        {
            var json = JsonElement.Parse(prompt);
            var id = json.ValueKind == JsonValueKind.Object && json.TryGetProperty(TaskIdKey, out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
            return PathText.IsId(id) ? id : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Call<AgentTask> Reporting(ReportTaskRequest request, string? agentId, string? idempotencyKey)
    {
        var id = Configuration.Required(agentId ?? _transport.Configuration.AgentId, nameof(Configuration.AgentId), "AGENT_ID");
        return TaskRequests.Answering(TaskRequests.Report(id, request) with { IdempotencyKey = idempotencyKey }, _transport);
    }
}
