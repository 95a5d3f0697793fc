using Microsoft.Extensions.AI;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Tests.Modes;

/// <summary>A way of calling the SDK; every scenario is run in each of them, and every pair of methods is named here once.</summary>
public abstract class SdkMode
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public abstract Task<T> RunAsync<T>(Func<Task<T>> inTime, Func<T> here);

    internal abstract Task<List<TaskUpdateEvent>> EventsAsync(AgentTask task);

    internal abstract Task<List<TasksListItem>> ListAllAsync(Tasks tasks, string? agent, TaskFilters? filters);

    internal Task<AgentTask> GetAsync(Tasks tasks, string id) => RunAsync(() => tasks.GetAsync(id, Ct), () => tasks.Get(id, Ct));

    internal abstract Task<List<AgentSummary>> ListAllAsync(Agents agents);

    internal Task<Agent> GetDraftAsync(Agents agents, string id) => RunAsync(() => agents.GetDraftAsync(id, Ct), () => agents.GetDraft(id, Ct));

    internal Task<Agent> UpdateAsync(Agents agents, string id, UpdateAgentRequest request) =>
        RunAsync(() => agents.UpdateAsync(id, request, Ct), () => agents.Update(id, request, Ct));

    internal Task<Agent> DeployAsync(Agents agents, string id) => RunAsync(() => agents.DeployAsync(id, Ct), () => agents.Deploy(id, Ct));

    internal Task<bool> DeleteAsync(Agents agents, string id) => RunAsync(
        async () =>
        {
            await agents.DeleteAsync(id, Ct);
            return true;
        },
        () =>
        {
            agents.Delete(id, Ct);
            return true;
        });

    internal Task<WhyAnswer> WhyAsync(Tasks tasks, string id) => RunAsync(() => tasks.WhyAsync(id, Ct), () => tasks.Why(id, Ct));

    internal Task<IReadOnlyList<EndedLogin>> LogOutAsync(Agents agents, string agentId, string userId, string? server = null) =>
        RunAsync(() => agents.LogOutAsync(agentId, userId, server, Ct), () => agents.LogOut(agentId, userId, server, Ct));

    internal Task<MCPOAuthGetTokenResponse> GetMcpTokenAsync(AgentTask task, MCPServerDetails server, bool generateLoginUrl = true, string? refusedToken = null) =>
        RunAsync(() => task.GetMcpTokenAsync(server, generateLoginUrl, refusedToken, Ct), () => task.GetMcpToken(server, generateLoginUrl, refusedToken, Ct));

    internal Task<AgentTask> CreateAsync(Tasks tasks, string agent, string prompt, string[]? files = null, bool eventsStreaming = false) =>
        RunAsync(() => tasks.CreateAsync(agent, prompt, files, eventsStreaming, Ct), () => tasks.Create(agent, prompt, files, eventsStreaming, Ct));

    internal Task<AgentTask> CreateAsync(Tasks tasks, string agent, CreateTaskRequest request, string? version = null, string? key = null) =>
        RunAsync(() => tasks.CreateAsync(agent, request, version, key, Ct), () => tasks.Create(agent, request, version, key, Ct));

    internal Task<AgentTask> UpdateAsync(Tasks tasks, string id, UpdateTaskRequest request, string? key = null) =>
        RunAsync(() => tasks.UpdateAsync(id, request, key, Ct), () => tasks.Update(id, request, key, Ct));

    internal Task<AgentTask> StopAsync(Tasks tasks, string id, string? key = null) => RunAsync(() => tasks.StopAsync(id, key, Ct), () => tasks.Stop(id, key, Ct));

    internal Task<AgentTask> ApproveAsync(Tasks tasks, string id, ApprovalDecisionRequest? decision = null, string? key = null) =>
        RunAsync(() => tasks.ApproveAsync(id, decision, key, Ct), () => tasks.Approve(id, decision, key, Ct));

    internal Task<AgentTask> RejectAsync(Tasks tasks, string id, ApprovalDecisionRequest? decision = null, string? key = null) =>
        RunAsync(() => tasks.RejectAsync(id, decision, key, Ct), () => tasks.Reject(id, decision, key, Ct));

    internal Task<IReadOnlyList<TasksListItem>> ListAsync(Tasks tasks, string agent, TaskFilters? filters = null) =>
        RunAsync(() => tasks.ListAsync(agent, filters, Ct), () => tasks.List(agent, filters, Ct));

    internal Task<IReadOnlyList<TasksListItem>> ListUserTasksAsync(Tasks tasks, string user, TaskFilters? filters = null) =>
        RunAsync(() => tasks.ListUserTasksAsync(user, filters, Ct), () => tasks.ListUserTasks(user, filters, Ct));

    internal Task<AgentTask> ReloadAsync(AgentTask task) => RunAsync(() => task.ReloadAsync(Ct), () => task.Reload(Ct));

    internal Task<AgentTask> SaveAsync(AgentTask task, bool withPlan = false) => RunAsync(() => task.SaveAsync(withPlan, Ct), () => task.Save(withPlan, Ct));

    internal Task<AgentTask> SetStatusAsync(AgentTask task, AgentExecutionStatus status, string? result = null) =>
        RunAsync(() => task.SetStatusAsync(status, result, Ct), () => task.SetStatus(status, result, Ct));

    internal Task<AgentTask> StopAsync(AgentTask task) => RunAsync(() => task.StopAsync(Ct), () => task.Stop(Ct));

    internal Task<string> ToMessageAsync(AgentTask task, int retryCount = 0) => RunAsync(() => task.ToMessageAsync(retryCount, Ct), () => task.ToMessage(retryCount, Ct));

    internal Task<IReadOnlyList<ReadableFile>> ReadableFilesAsync(AgentTask task) =>
        RunAsync(() => task.GetHumanReadableFilesAsync(Ct), () => task.GetHumanReadableFiles(Ct));

    internal Task<ToolInvocationResult> InvokeToolAsync(Agent agent, string tool, System.Text.Json.JsonElement payload, System.Text.Json.JsonElement? extension = null, string? task = null, string? call = null) =>
        RunAsync(() => agent.InvokeToolAsync(tool, payload, extension, task, call, Ct), () => agent.InvokeTool(tool, payload, extension, task, call, Ct));

    internal Task<PlanFollowingStatus> GetPlanFollowingStatusAsync(AgentTask task) =>
        RunAsync(() => task.GetPlanFollowingStatusAsync(Ct), () => task.GetPlanFollowingStatus(Ct));

    internal Task<AgentActivityThread> GetActivityLogAsync(AgentTask task) => RunAsync(() => task.GetActivityLogAsync(Ct), () => task.GetActivityLog(Ct));

    internal Task<AgentTask> DecideAsync(string id, Configuration configuration, bool approves, ApprovalDecisionRequest? decision = null) => approves
        ? RunAsync(() => AgentTask.ApproveAsync(id, decision, configuration, Ct), () => AgentTask.Approve(id, decision, configuration, Ct))
        : RunAsync(() => AgentTask.RejectAsync(id, decision, configuration, Ct), () => AgentTask.Reject(id, decision, configuration, Ct));

    internal Task<AgentTask> DecideAsync(AgentTask task, bool approves, ApprovalDecisionRequest? decision = null) => approves
        ? RunAsync(() => task.ApproveAsync(decision, Ct), () => task.Approve(decision, Ct))
        : RunAsync(() => task.RejectAsync(decision, Ct), () => task.Reject(decision, Ct));

    internal Task<TaskSession> GetSessionAsync(AgentTask task, bool all = false) => RunAsync(() => task.GetSessionAsync(all, Ct), () => task.GetSession(all, Ct));

    internal Task<SessionSaved> AppendSessionAsync(AgentTask task, IReadOnlyList<SessionStep> steps, SessionUsage? usage = null) =>
        RunAsync(() => task.AppendSessionAsync(steps, usage, Ct), () => task.AppendSession(steps, usage, Ct));

    internal Task<bool> ReportMetricsAsync(AgentTask task, Configuration? configuration = null) => RunAsync(
        async () =>
        {
            await task.ReportMetricsAsync(configuration, Ct);
            return true;
        },
        () =>
        {
            task.ReportMetrics(configuration, Ct);
            return true;
        });

    internal Task<bool> PushAsync(AgentTask task, TaskUpdateEvent update) => RunAsync(
        async () =>
        {
            await task.PushAsync(update, Ct);
            return true;
        },
        () =>
        {
            task.Push(update, Ct);
            return true;
        });

    internal Task<AgentTask> ReportExternalTaskAsync(string agent, ReportTaskRequest request, Configuration configuration) => RunAsync(
        () => AgentTask.ReportExternalTaskAsync(agent, request, configuration, ct: Ct),
        () => AgentTask.ReportExternalTask(agent, request, configuration, ct: Ct));

    internal Task<AgentTask> WaitForCompletionAsync(Tasks tasks, string id, IProgress<AgentTask>? progress = null) =>
        RunAsync(() => tasks.WaitForCompletionAsync(id, progress, Ct), () => tasks.WaitForCompletion(id, progress, Ct));

    internal Task<Agent> GetAsync(Agents agents, string? id = null, int? version = null) => RunAsync(() => agents.GetAsync(id, version, Ct), () => agents.Get(id, version, Ct));

    internal Task<AgentTask> CreateTaskAsync(Agent agent, CreateTaskRequest request) => RunAsync(() => agent.CreateTaskAsync(request, ct: Ct), () => agent.CreateTask(request, ct: Ct));

    internal Task<AgentTask> InvokeAgentAsync(Backend backend, string prompt, string? agent = null) =>
        RunAsync(() => backend.InvokeAgentAsync(prompt, agent, ct: Ct), () => backend.InvokeAgent(prompt, agent, ct: Ct));

    internal Task<AgentTask> InvokeAgentAsync(Backend backend, CreateTaskRequest request, string? agent = null, string? version = null, string? key = null) =>
        RunAsync(() => backend.InvokeAgentAsync(request, agent, version, key, Ct), () => backend.InvokeAgent(request, agent, version, key, Ct));

    internal Task<AgentTask> ReportExternalTaskAsync(Backend backend, ReportTaskRequest request, string? agent = null, string? key = null) =>
        RunAsync(() => backend.ReportExternalTaskAsync(request, agent, key, Ct), () => backend.ReportExternalTask(request, agent, key, Ct));

    internal Task<AgentContext> GetAgentContextAsync(Backend backend, AgentTask task) =>
        RunAsync(() => backend.GetAgentContextAsync(task, Ct), () => backend.GetAgentContext(task, Ct));

    internal Task<AgentTask> LoadAsync(TasksListItem item, Configuration configuration) => RunAsync(() => item.LoadAsync(configuration, Ct), () => item.Load(configuration, Ct));

    internal Task<ChatMessage> ToChatMessageAsync(AgentTask task, bool withData = false) =>
        RunAsync(() => task.ToChatMessageAsync(withData: withData, ct: Ct), () => task.ToChatMessage(withData: withData, ct: Ct));
}
