using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>What a handler works with: the task, the two tokens, and ways to tell what it does. Events are sent in order, in batches.</summary>
public sealed class TaskContext
{
    private static readonly JsonSerializerOptions Json = ResultText.Options;

    private readonly WorkerParts _parts;

    internal TaskContext(AgentTask task, string? leaseId, WorkerParts parts, CancellationToken cancelled)
    {
        (Task, LeaseId, _parts) = (task, leaseId, parts);
        (Cancelled, Leaving) = (cancelled, parts.Leaving);
    }

    /// <summary>The task.</summary>
    public AgentTask Task { get; }

    /// <summary>The lease under which this run works; null on servers that give none.</summary>
    public string? LeaseId { get; }

    /// <summary>How often the handler was called for this turn before, because its plan had open items; 0 the first time.</summary>
    public int RetryCount { get; internal set; }

    /// <summary>This run is over: the task was stopped, the lease lost, or the worker's grace period has passed. Nothing written after counts.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>The worker is leaving. The run may go on until <see cref="Cancelled"/>; a long one does well to save where it is.</summary>
    public CancellationToken Leaving { get; }

    /// <summary>Tells a piece of the answer, or of progress.</summary>
    public ValueTask ChunkAsync(string text) => PushAsync(Chunk(text));

    /// <summary>
    /// Tells a tool call before it begins and after it ended, calls the worker's tool hooks, and counts the tool among
    /// <see cref="AgentTaskFields.UsedTools"/>.
    /// </summary>
    /// <typeparam name="T">What the tool answers; told as JSON.</typeparam>
    /// <param name="tool">The tool's name.</param>
    /// <param name="payload">What it is called with; told as JSON.</param>
    /// <param name="call">The call. Its exception is told as an error and thrown on.</param>
    public async Task<T> ToolCallAsync<T>(string tool, object? payload, Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var told = JsonSerializer.SerializeToElement(payload, Json);
        var request = new ToolCallRequest
        {
            RequestId = Guid.NewGuid().ToString(),
            OperationId = tool,
            ToolName = tool,
            Payload = told,
        };
        if (!Task.UsedTools.Contains(tool))
        {
            Task.UsedTools = [.. Task.UsedTools, tool];
        }

        await PushAsync(TaskEventTypes.ToolCallRequest, request, ProtocolJson.Default.ToolCallRequest).ConfigureAwait(false);
        var hooked = new ToolHookContext { Task = Task, Tool = tool, ToolCallId = request.RequestId, Payload = told };
        await _parts.Hooks.ToolBefore.RunAsync(hooked, _parts.Log).ConfigureAwait(false);
        try
        {
            var result = await call().ConfigureAwait(false);
            var json = JsonSerializer.SerializeToElement(result, Json);
            await ResultAsync(request, json, isError: false).ConfigureAwait(false);
            await _parts.Hooks.ToolAfter.RunAsync(hooked with { Result = json }, _parts.Log).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception) when (!Cancelled.IsCancellationRequested)
        {
            await ResultAsync(request, JsonSerializer.SerializeToElement(exception.Message, ProtocolJson.Default.String), isError: true).ConfigureAwait(false);
            await _parts.Hooks.ToolError.RunAsync(hooked with { Error = exception }, _parts.Log).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Calls the worker's tool hooks for a call whose events the handler tells itself: those for a failure when it has an error, those after when it has a
    /// result, else those before.
    /// </summary>
    public Task RunToolHooksAsync(ToolHookContext call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var hooks = call switch
        {
            { Error: not null } => _parts.Hooks.ToolError,
            { Result: not null } => _parts.Hooks.ToolAfter,
            _ => _parts.Hooks.ToolBefore,
        };
        return hooks.RunAsync(call, _parts.Log);
    }

    /// <summary>Tells where a login stands, then calls the worker's auth-event hooks.</summary>
    /// <param name="login">The login; its token must already be <see cref="MCPOAuthGetTokenResponse.Redacted"/>.</param>
    public ValueTask AuthEventAsync(MCPOAuthGetTokenResponse login) => PushAsync(TaskEventTypes.AuthEvent, login, ProtocolJson.Default.MCPOAuthGetTokenResponse);

    /// <summary>Sets and starts the task's plan, one item a title, and saves it.</summary>
    /// <exception cref="ModuleException">The save failed.</exception>
    public async Task StartPlanAsync(params IEnumerable<string> titles)
    {
        Task.DeepPlanning = Task.DeepPlanning with
        {
            Enabled = true,
            Started = true,
            Tasks = [.. titles.Select(title => new DeepPlanningItem { Title = title })],
        };
        await Task.SaveAsync(withDeepPlanUpdate: true, Cancelled).ConfigureAwait(false);
    }

    /// <summary>Marks the first open item of the plan with this title as done, and saves the plan.</summary>
    /// <exception cref="ArgumentException">No open item has the title.</exception>
    /// <exception cref="ModuleException">The save failed.</exception>
    public async Task CompletePlanItemAsync(string title)
    {
        var items = Task.DeepPlanning.Tasks.ToList();
        var index = items.FindIndex(item => item.Title == title && !item.Completed);
        if (index < 0)
        {
            throw new ArgumentException($"The plan of task '{Task.Id}' has no open item '{title}'; open are: {Open(items)}.", nameof(title));
        }

        items[index] = items[index] with { Completed = true };
        Task.DeepPlanning = Task.DeepPlanning with { Tasks = items };
        await Task.SaveAsync(withDeepPlanUpdate: true, Cancelled).ConfigureAwait(false);
    }

    /// <summary>Tells any event.</summary>
    /// <param name="type">One of <see cref="TaskEventTypes"/>.</param>
    /// <param name="data">What belongs to it.</param>
    public ValueTask PushAsync(string type, JsonElement data) => PushAsync(Event(type, data));

    /// <summary>Tells an event. Task, organization and time are filled in where it does not say them.</summary>
    public ValueTask PushAsync(TaskUpdateEvent update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return Task.PushAsync(Completed(update), Cancelled);
    }

    /// <summary>A <c>chunk</c>, to be yielded by a streaming handler.</summary>
    public TaskUpdateEvent Chunk(string text) => Event(TaskEventTypes.Chunk, JsonSerializer.SerializeToElement(text, ProtocolJson.Default.String));

    /// <summary>The last event of a streaming handler. It is not told: the server tells the end itself, with this result.</summary>
    /// <param name="result">The result as a handler returns it: the task, a text, or an object that becomes JSON.</param>
    public TaskUpdateEvent Finished(object? result) => Event(TaskEventTypes.TaskFinished, ResultText.ToJson(result));

    /// <summary>Any event, to be yielded by a streaming handler.</summary>
    /// <param name="type">One of <see cref="TaskEventTypes"/>.</param>
    /// <param name="data">What belongs to it.</param>
    public TaskUpdateEvent Event(string type, JsonElement data) =>
        new() { Type = type, TaskId = Task.Id, OrganizationId = Task.OrganizationId, Time = _parts.Options.Clock.GetUtcNow(), Data = data };

    private TaskUpdateEvent Completed(TaskUpdateEvent update) =>
        update.TaskId.Length > 0 && update.OrganizationId.Length > 0 && update.Time != default
            ? update
            : update with
            {
                TaskId = update.TaskId.Length > 0 ? update.TaskId : Task.Id,
                OrganizationId = update.OrganizationId.Length > 0 ? update.OrganizationId : Task.OrganizationId,
                Time = update.Time != default ? update.Time : _parts.Options.Clock.GetUtcNow(),
            };

    private static string Open(IEnumerable<DeepPlanningItem> items) =>
        string.Join(", ", items.Where(item => !item.Completed).Select(item => $"'{item.Title}'")) is { Length: > 0 } open ? open : "none";

    private ValueTask ResultAsync(ToolCallRequest request, JsonElement result, bool isError) => PushAsync(
        TaskEventTypes.ToolCallResult,
        new ToolCallResult
        {
            RequestId = request.RequestId,
            OperationId = request.OperationId,
            ToolName = request.ToolName,
            Payload = request.Payload,
            Result = result,
            IsError = isError,
        },
        ProtocolJson.Default.ToolCallResult);

    private ValueTask PushAsync<T>(string type, T data, JsonTypeInfo<T> info) => PushAsync(type, JsonSerializer.SerializeToElement(data, info));
}
