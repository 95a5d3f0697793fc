using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests.Wire;

/// <summary>The tables of the contract (sdk-http §§2, 5, 6; sdk-surface §§1–4): every call of the SDK and where it goes.</summary>
internal static class TableCalls
{
    private static readonly TaskFilters EveryFilter = new()
    {
        UserId = "u",
        ParentTaskId = "p",
        TriggeringAgentId = "t",
        Status = AgentExecutionStatus.Failed,
        InternalStatus = "in review",
    };

    public static IReadOnlyDictionary<string, TableCall> All { get; } = new Dictionary<string, TableCall>(StringComparer.Ordinal)
    {
        ["Tasks.List"] = new(
            "GET /agent-execution/executions/history/agent-1", (mode, configuration, _) => mode.ListAsync(new Tasks(configuration), "agent-1")),
        ["Tasks.List with every filter"] = new(
            "GET /agent-execution/executions/history/agent-1?user_id=u&parent_task_id=p&triggering_agent_id=t&status=failed&internal_status=in%20review",
            (mode, configuration, _) => mode.ListAsync(new Tasks(configuration), "agent-1", EveryFilter)),
        ["Tasks.ListUserTasks"] = new(
            "GET /agent-execution/executions/history/user/user-1", (mode, configuration, _) => mode.ListUserTasksAsync(new Tasks(configuration), "user-1")),
        ["Tasks.Get"] = new("GET /agent-execution/task-1/status", (mode, configuration, _) => mode.GetAsync(new Tasks(configuration), "task-1")),
        ["Tasks.Create"] = new("POST /agent-execution/agent-1", (mode, configuration, _) => mode.CreateAsync(new Tasks(configuration), "agent-1", "Hello")),
        ["Tasks.Create with a version and a key"] = new(
            "POST /agent-execution/agent-1",
            (mode, configuration, _) => mode.CreateAsync(new Tasks(configuration), "agent-1", new CreateTaskRequest(), "3", "once"),
            "Idempotency-Key: once",
            "x-agent-version: 3"),
        ["Tasks.Update"] = new(
            "PATCH /agent-execution/task-1/update",
            (mode, configuration, _) => mode.UpdateAsync(new Tasks(configuration), "task-1", new UpdateTaskRequest { Result = "r" })),
        ["Tasks.Stop"] = new("DELETE /agent-execution/task-1", (mode, configuration, _) => mode.StopAsync(new Tasks(configuration), "task-1")),
        ["Tasks.Approve"] = new("POST /hitl/task-1/approve", (mode, configuration, _) => mode.ApproveAsync(new Tasks(configuration), "task-1")),
        ["Tasks.Reject"] = new("POST /hitl/task-1/reject", (mode, configuration, _) => mode.RejectAsync(new Tasks(configuration), "task-1")),
        ["Task.Load"] = new(
            "GET /agent-execution/task-1/status",
            (mode, configuration, _) => mode.RunAsync(() => AgentTask.LoadAsync("task-1", configuration), () => AgentTask.Load("task-1", configuration))),
        ["Task.Reload"] = new("GET /agent-execution/task-1/status", (mode, _, task) => mode.ReloadAsync(task)),
        ["Task.Save"] = new("PATCH /agent-execution/task-1/update", (mode, _, task) => mode.SaveAsync(task)),
        ["Task.SetStatus"] = new(
            "PATCH /agent-execution/task-1/update", (mode, _, task) => mode.SetStatusAsync(task, AgentExecutionStatus.Completed, "r")),
        ["Task.Stop"] = new("DELETE /agent-execution/task-1", (mode, _, task) => mode.StopAsync(task)),
        ["Task.Approve"] = new("POST /hitl/task-1/approve", (mode, _, task) => mode.RunAsync(() => task.ApproveAsync(), () => task.Approve())),
        ["Task.Reject"] = new("POST /hitl/task-1/reject", (mode, _, task) => mode.RunAsync(() => task.RejectAsync(), () => task.Reject())),
        ["Task.Events"] = new(
            "GET /agent-execution/task-1/events", (mode, _, task) => mode.EventsAsync(task), "Accept: text/event-stream", "Cache-Control: no-store"),
        ["Task.GetActivityLog"] = new("GET /activity/agent-1/task-1", (mode, _, task) => mode.GetActivityLogAsync(task)),
        ["Task.GetPlanFollowingStatus"] = new("GET /agent-execution/task-1/status", (mode, _, task) => mode.GetPlanFollowingStatusAsync(task)),
        ["Task.ReportMetrics"] = new("POST /agents-metrics/agent-1/execution", (mode, _, task) => mode.ReportMetricsAsync(task)),
        ["Task.Push"] = new(
            "POST /agent-execution/task-1/events/push", (mode, _, task) => mode.PushAsync(task, new TaskUpdateEvent { Type = "chunk", Data = JsonElement.Parse("\"a\"") })),
        ["Task.ReportExternalTask"] = new(
            "POST /agent-execution/agent-1/report_task",
            (mode, configuration, _) => mode.ReportExternalTaskAsync("agent-1", new ReportTaskRequest(), configuration)),
        ["TasksListItem.Load"] = new(
            "GET /agent-execution/item-1/status", (mode, configuration, _) => mode.LoadAsync(new TasksListItem { Id = "item-1" }, configuration)),
        ["Agents.List"] = new(
            "GET /agents/list", (mode, configuration, _) => mode.RunAsync(() => new Agents(configuration).ListAsync(), () => new Agents(configuration).List())),
        ["Agents.Get"] = new("GET /agents/agent-1", (mode, configuration, _) => mode.GetAsync(new Agents(configuration), "agent-1")),
        ["Agents.Get of the configured agent in a version"] = new(
            "GET /agents/agent-of-the-configuration",
            (mode, configuration, _) => mode.GetAsync(new Agents(configuration), null, 4),
            "x-agent-version: 4"),
        ["AgentsListItem.Load"] = new(
            "GET /agents/item-1",
            (mode, configuration, _) => mode.RunAsync(() => new AgentsListItem { Id = "item-1" }.LoadAsync(configuration), () => new AgentsListItem { Id = "item-1" }.Load(configuration))),
        ["Agent.Load"] = new(
            "GET /agents/agent-1",
            (mode, configuration, _) => mode.RunAsync(() => Agent.LoadAsync("agent-1", configuration), () => Agent.Load("agent-1", configuration))),
        ["Agent.InvokeTool"] = new(
            "POST /agents/agent-1/operations/tool-1",
            async (mode, configuration, _) =>
            {
                var agent = new Agent(new AgentFields { Id = "agent-1", Version = 5 }, new Http.Transport(configuration));
                await mode.InvokeToolAsync(agent, "tool-1", JsonElement.Parse("{}"), task: "task-1");
            },
            "x-agent-version: 5",
            "x-execution-id: task-1"),
        ["Backend.ReportExternalTask"] = new(
            "POST /agent-execution/agent-of-the-configuration/report_task",
            (mode, configuration, _) => mode.ReportExternalTaskAsync(new Backend(configuration), new ReportTaskRequest())),
    };

    /// <summary>What a server answers to each of them.</summary>
    public static StubAnswer Answer(StubCall call) => call.Path switch
    {
        _ when call.Path.Contains("/executions/history/", StringComparison.Ordinal) || call.Path.EndsWith("/agents/list", StringComparison.Ordinal) => StubAnswer.Ok("[]"),
        _ when call.Path.EndsWith("/agent-execution/task-1/events", StringComparison.Ordinal) => StubAnswer.Stream(StubTask.Event(1, "task_finished")),
        _ when call.Path.Contains("/agents/", StringComparison.Ordinal) => StubAnswer.Ok("""{"id":"agent-1","organization_id":"organization-1","name":"a"}"""),
        _ when call.Path.Contains("/activity/", StringComparison.Ordinal) => StubAnswer.Ok("""{"id":"task-1","created_at":"2026-01-01T00:00:00Z","messages":[]}"""),
        _ => StubAnswer.Ok(StubTask.Json(task => task.Tokens = new() { PromptTokens = 1 })),
    };
}
