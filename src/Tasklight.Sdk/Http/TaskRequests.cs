using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Http;

/// <summary>The calls about tasks (contract: sdk-http §§5–6, 8).</summary>
internal static class TaskRequests
{
    public static ApiRequest Create(string agentId, CreateTaskRequest request, string? agentVersion, string? idempotencyKey)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new(HttpMethod.Post, $"/agent-execution/{PathText.Of(agentId)}", $"create a task of agent '{agentId}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.CreateTaskRequest),
            AgentVersion = agentVersion,
            IdempotencyKey = idempotencyKey,
            IsAboutTask = true,
        };
    }

    public static ApiRequest Get(string taskId) => new(HttpMethod.Get, $"/agent-execution/{PathText.Of(taskId)}/status", $"get task '{taskId}'") { IsAboutTask = true };

    public static ApiRequest Update(string taskId, UpdateTaskRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Patch(taskId, JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.UpdateTaskRequest), "update");
    }

    public static ApiRequest Save(AgentTaskFields task, bool withPlan) => Patch(task.Id, SavedTask.Write(task, withPlan), "save");

    public static ApiRequest Stop(string taskId) => new(HttpMethod.Delete, $"/agent-execution/{PathText.Of(taskId)}", $"stop task '{taskId}'") { IsAboutTask = true };

    public static ApiRequest Approve(string taskId, ApprovalDecisionRequest? decision) => Decide(taskId, decision, "approve");

    public static ApiRequest Reject(string taskId, ApprovalDecisionRequest? decision) => Decide(taskId, decision, "reject");

    public static Call<WhyAnswer> Why(string taskId) =>
        new(new ApiRequest(HttpMethod.Get, $"/v1/tasks/{PathText.Of(taskId)}/why", $"ask why task '{taskId}' waits") { IsAboutTask = true }, ProtocolJson.Default.WhyAnswer);

    public static ApiRequest Session(string taskId, bool all, int? after)
    {
        var query = after is { } number ? string.Create(CultureInfo.InvariantCulture, $"?after={number}") : all ? "?all=true" : "";
        return new(HttpMethod.Get, $"/v1/tasks/{PathText.Of(taskId)}/session{query}", $"read the session of task '{taskId}'") { IsAboutTask = true };
    }

    public static ApiRequest AppendSession(string taskId, AppendSessionRequest request) =>
        new(HttpMethod.Post, $"/v1/tasks/{PathText.Of(taskId)}/session", $"add to the session of task '{taskId}'")
        {
            // A model may write what cannot be stored: NUL, half a surrogate pair.
            Body = WireText.Mend(JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.AppendSessionRequest)).ToArray(),
            IsAboutTask = true,
        };

    public static ApiRequest McpToken(string agentId, string userId, MCPServerDetails server, bool generateLoginUrl, string? refusedToken)
    {
        var refused = refusedToken is null ? "" : $"&refused={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(refusedToken)))}";
        return new(
            HttpMethod.Post,
            $"/mcp_auth/{PathText.Of(agentId)}/{PathText.Of(userId)}/get_token?generate_login_url={(generateLoginUrl ? "true" : "false")}{refused}",
            $"get a token for MCP server '{server.Name}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(server, ProtocolJson.Default.MCPServerDetails),
            ChangesNothing = true,
        };
    }

    public static ApiRequest RequestApproval(CreateApprovalRequest request, string idempotencyKey) =>
        new(HttpMethod.Post, "/hitl/request", $"ask for an approval of task '{request.TaskId}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.CreateApprovalRequest),
            IdempotencyKey = idempotencyKey,
            IsAboutTask = true,
        };

    public static ApiRequest PlanTool(string agentId, string taskId, string tool, JsonElement arguments, string idempotencyKey) =>
        new(HttpMethod.Post, $"/agents/{PathText.Of(agentId)}/operations/{PathText.Of(tool)}", $"call '{tool}' for task '{taskId}'")
        {
            Body = WireText.Mend(Encoding.UTF8.GetBytes($$"""{"body_params":{{arguments.GetRawText()}}}""")).ToArray(),
            ExecutionId = taskId,
            IdempotencyKey = idempotencyKey,
            IsAboutTask = true,
        };

    public static ApiRequest List(string agentId, TaskFilters? filters) =>
        new(HttpMethod.Get, $"/agent-execution/executions/history/{PathText.Of(agentId)}{Query(filters)}", $"list the tasks of agent '{agentId}'");

    public static ApiRequest ListOfUser(string userId, TaskFilters? filters) =>
        new(HttpMethod.Get, $"/agent-execution/executions/history/user/{PathText.Of(userId)}{Query(filters)}", "list the tasks of a user");

    /// <summary>A page of all tasks; after the first, from where the one before ended.</summary>
    public static ApiRequest ListPage(string? agentId, TaskFilters? filters, string? cursor) =>
        new(HttpMethod.Get, $"/v1/tasks{Query(filters, ("per_page", "50"), ("agent_id", agentId), ("cursor", cursor))}", "list tasks");

    /// <summary>The call that answers with a task.</summary>
    public static Call<AgentTask> Answering(ApiRequest request, Transport transport) =>
        new Call<AgentTaskFields>(request, ProtocolJson.Default.AgentTaskFields).Then(fields => new AgentTask(fields, new TaskLink(transport)));

    public static ApiRequest Push(string taskId, IReadOnlyList<TaskUpdateEvent> events, string? lease, string? idempotencyKey) =>
        new(HttpMethod.Post, $"/agent-execution/{PathText.Of(taskId)}/events/push", $"push events to task '{taskId}'")
        {
            // A model's text may break off in the middle of a character.
            Body = WireText.Mend(JsonSerializer.SerializeToUtf8Bytes(events, ProtocolJson.Default.IReadOnlyListTaskUpdateEvent)).ToArray(),
            Lease = lease,
            IdempotencyKey = idempotencyKey,
            IsAboutTask = true,
        };

    public static ApiRequest Metrics(AgentTaskFields task, string? lease) =>
        new(HttpMethod.Post, $"/agents-metrics/{PathText.Of(task.AgentId)}/execution", $"report the metrics of task '{task.Id}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(MetricsOf(task), ProtocolJson.Default.ExecutionMetricsReport),
            Lease = lease,
            IsAboutTask = true,
        };

    public static ApiRequest Report(string agentId, ReportTaskRequest request) =>
        new(HttpMethod.Post, $"/agent-execution/{PathText.Of(agentId)}/report_task", $"report a task of agent '{agentId}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.ReportTaskRequest),
            IsAboutTask = true,
        };

    public static ApiRequest ActivityLog(string agentId, string taskId) =>
        new(HttpMethod.Get, $"/activity/{PathText.Of(agentId)}/{PathText.Of(taskId)}", $"get the activity log of task '{taskId}'") { IsAboutTask = true };

    public static ApiRequest Events(Configuration configuration, string organizationId, string taskId) =>
        new(HttpMethod.Get, $"/agent-execution/{PathText.Of(taskId)}/events", $"stream the events of task '{taskId}'")
        {
            Url = configuration.StreamUrl(organizationId),
            IsAboutTask = true,
        };

    private static ExecutionMetricsReport MetricsOf(AgentTaskFields task) => new()
    {
        ExecutionId = task.Id,
        MemoryThreadId = task.Id,
        Source = task.Source ?? "sdk",
        Task = task.Input.Text ?? "",
        TriggeredBy = "N/A",
        Status = task.Status.ToWire(),
        InternalStatus = task.InternalStatus,
        Duration = task.Duration,
        AiModel = "xpander",
        ApiCallsMade = IsCountedElsewhere(task) ? [] : task.UsedTools,
        Result = string.IsNullOrEmpty(task.Result) ? null : task.Result,
        LlmTokens = new() { Worker = IsCountedElsewhere(task) ? new() : task.Tokens ?? new() },
    };

    // The workflow that called the agent reports what it cost.
    private static bool IsCountedElsewhere(AgentTaskFields task) => task is { ReturnMetrics: true, Source: "orchestration" };

    private static ApiRequest Decide(string taskId, ApprovalDecisionRequest? decision, string verb) =>
        new(HttpMethod.Post, $"/hitl/{PathText.Of(taskId)}/{verb}", $"{verb} task '{taskId}'")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(decision ?? new(), ProtocolJson.Default.ApprovalDecisionRequest),
            IsAboutTask = true,
        };

    private static ApiRequest Patch(string taskId, byte[] body, string verb) =>
        new(HttpMethod.Patch, $"/agent-execution/{PathText.Of(taskId)}/update", $"{verb} task '{taskId}'") { Body = body, IsAboutTask = true };

    private static string Query(TaskFilters? filters, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        (string Name, string? Value)[] all =
        [
            ("user_id", filters?.UserId),
            ("parent_task_id", filters?.ParentTaskId),
            ("triggering_agent_id", filters?.TriggeringAgentId),
            ("status", filters?.Status?.ToWire()),
            ("internal_status", filters?.InternalStatus),
            ("waiting_for", filters?.WaitingFor),
            .. more,
        ];
        var set = all.Where(filter => filter.Value is not null).Select(filter => $"{filter.Name}={Uri.EscapeDataString(filter.Value!)}");
        return string.Join('&', set) is { Length: > 0 } query ? "?" + query : "";
    }
}
