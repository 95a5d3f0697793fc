using System.Net;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>The client's mutable task: every answer to a save replaces all of it.</summary>
sealed class BaselineTask
{
    readonly BaselineClient _client;

    BaselineTask(JsonObject fields, BaselineClient client)
    {
        Fields = fields;
        _client = client;
    }

    /// <summary>Every field of the model, in its order.</summary>
    public JsonObject Fields { get; private set; }

    public string Id => Fields["id"]!.GetValue<string>();
    public string AgentId => Fields["agent_id"]!.GetValue<string>();
    public string OrganizationId => Fields["organization_id"]!.GetValue<string>();
    public string? Text => Fields["input"]!["text"]?.GetValue<string>();
    public bool EventsStreaming => Fields["events_streaming"]?.GetValue<bool>() ?? false;

    public string Status
    {
        get => Fields["status"]!.GetValue<string>();
        set => Fields["status"] = value;
    }

    /// <summary>A string, or what the handler put there for a JSON task.</summary>
    public JsonNode? Result
    {
        get => Fields["result"];
        set => Fields["result"] = value;
    }

    public JsonNode? Tokens
    {
        get => Fields["tokens"];
        set => Fields["tokens"] = Models.ReadTokens(value);
    }

    /// <summary>From an answer to create, save or stop, a dispatch or an event, where a key <c>configuration</c> is a duplicate argument.</summary>
    /// <exception cref="ModelException">It is no task.</exception>
    public static BaselineTask FromAnswer(JsonNode? answer, BaselineClient client)
    {
        if (answer is JsonObject { } sent && sent.ContainsKey("configuration"))
            throw new ModelException("Task() got multiple values for keyword argument 'configuration'");

        return new(Models.Task.Read(answer), client);
    }

    /// <summary>From a loaded record.</summary>
    /// <exception cref="ModelException">It is no task.</exception>
    public static BaselineTask FromLoaded(JsonNode? answer, BaselineClient client) => new(Models.Task.Read(answer), client);

    /// <summary>PATCHes the whole object, the plan only on request, and takes over the answer.</summary>
    public async Task SaveAsync(CancellationToken cancel, bool withPlan = false)
    {
        var whole = (JsonObject)Fields.DeepClone();
        if (!withPlan)
            whole.Remove("deep_planning");
        Fields = (await _client.SaveAsync(Id, whole, cancel)).Fields;
    }

    /// <summary>Sets both, saves the whole object: a result that is not given is cleared.</summary>
    public Task SetStatusAsync(string status, CancellationToken cancel, string? result = null)
    {
        Status = status;
        Result = result;
        return SaveAsync(cancel);
    }

    public async Task StopAsync(CancellationToken cancel) => Fields = (await _client.StopAsync(Id, cancel)).Fields;

    public async Task ReloadAsync(CancellationToken cancel) => Fields = (await _client.GetAsync(Id, cancel)).Fields;

    /// <summary>
    /// The plan check after each attempt: replaces the local task by the server's, puts back result, status and tokens, and looks for open
    /// items. A failing load counts as "may finish".
    /// </summary>
    public async Task<bool> CanFinishAsync(CancellationToken cancel)
    {
        var (result, status, tokens) = (Result?.DeepClone(), Status, Tokens?.DeepClone());
        try
        {
            await ReloadAsync(cancel);
        }
        catch (BaselineException)
        {
            return true;
        }

        Fields["result"] = result;
        Fields["tokens"] = tokens;
        Status = status;
        var plan = Fields["deep_planning"];
        if (!Is(plan, "enabled") || !Is(plan, "started") || !Is(plan, "enforce") || Is(plan, "question_raised"))
            return true;

        return plan!["tasks"]?.AsArray().All(static item => item!["completed"]?.GetValue<bool>() ?? false) ?? true;
    }

    /// <summary>Reports tokens and tools; a task without tokens, or whose source is null, makes the client fail.</summary>
    public Task ReportMetricsAsync(CancellationToken cancel)
    {
        if (Tokens is null || Fields["source"] is null)
            throw new BaselineException(HttpStatusCode.InternalServerError, "Failed to report metrics - tokens and source must be provided");

        return _client.ReportMetricsAsync(
            AgentId,
            new()
            {
                ["execution_id"] = Id,
                ["source"] = Fields["source"]!.DeepClone(),
                ["sub_executions"] = new JsonArray(),
                ["memory_thread_id"] = Id,
                ["task"] = Text ?? "",
                ["triggered_by"] = "N/A",
                ["skills"] = new JsonArray(),
                ["status"] = Status,
                ["internal_status"] = Fields["internal_status"]?.DeepClone(),
                ["duration"] = 0.0,
                ["ai_model"] = "xpander",
                ["worker"] = null,
                ["ai_employee_id"] = null,
                ["api_calls_made"] = Fields["used_tools"]?.DeepClone(),
                ["result"] = Result?.DeepClone(),
                ["llm_tokens"] = new JsonObject
                {
                    ["inner"] = Models.ReadTokens(new JsonObject()),
                    ["worker"] = Tokens!.DeepClone(),
                },
            },
            cancel);
    }

    /// <summary>The stream of the current turn, until the server closes it.</summary>
    /// <exception cref="InvalidOperationException">The task was made without <c>events_streaming</c>.</exception>
    public IAsyncEnumerable<BaselineEvent> EventsAsync(CancellationToken cancel) => EventsStreaming
        ? _client.EventsAsync(Id, cancel)
        : throw new InvalidOperationException($"Task {Id} does not set with events streaming");

    static bool Is(JsonNode? plan, string flag) => plan?[flag]?.GetValue<bool>() ?? false;
}
