using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>Tasks on the SDK surface (contract: sdk-http §6).</summary>
static class TasksApi
{
    public static void MapTasks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("SDK: tasks");
        group.MapPost("/agent-execution/{agent_id}", CreateAsync).RequireScope(Scope.TasksWrite)
            .Describe("createTask", "Create a task, or begin the next turn of one").Takes<CreateTaskRequest>().Gives<AgentTaskFields>()
            .TakesHeader(TasklightHeaders.AgentVersion, "The version of the agent to run; any text is kept.")
            .Fails(400, 404, 409, 413, 422);
        group.MapGet("/agent-execution/{task_id}/status", GetAsync).RequireScope(Scope.TasksRead | Scope.Worker)
            .Describe("getTask", "A task").Gives<AgentTaskFields>().Fails(404);
        group.MapPatch("/agent-execution/{task_id}/update", UpdateAsync).RequireScope(Scope.TasksWrite | Scope.Worker).NeverRateLimit()
            .Describe("updateTask", "Change a task: a few fields, or the whole object saved").Takes<TaskPatch>().Gives<AgentTaskFields>()
            .TakesHeader(TasklightHeaders.Lease, "The lease the writer holds; a late or foreign one is 409.")
            .Fails(400, 404, 409, 413, 422);
        group.MapDelete("/agent-execution/{task_id}", StopAsync).RequireScope(Scope.TasksWrite)
            .Describe("stopTask", "Stop a task and its sub-tasks").Gives<AgentTaskFields>().Fails(404, 409);
        group.MapGet("/agent-execution/executions/history/{agent_id}", AgentHistoryAsync).RequireScope(Scope.TasksRead)
            .Describe("listAgentTasks", "Tasks of an agent, newest first").Gives<IReadOnlyList<TasksListItem>>().TakesFilters("user_id").Fails(404, 422);
        group.MapGet("/agent-execution/executions/history/user/{user_id}", UserHistoryAsync).RequireScope(Scope.TasksRead)
            .Describe("listUserTasks", "Tasks done for an end user, newest first").Gives<IReadOnlyList<TasksListItem>>().TakesFilters().Fails(422);
        group.MapPost("/agent-execution/{agent_id}/report_task", ReportAsync).RequireScope(Scope.TasksWrite)
            .Describe("reportTask", "Record a task that was done elsewhere").Takes<ReportTaskRequest>().Gives<AgentTaskFields>().Fails(400, 404, 409, 413, 422);
        group.MapPost("/agents-metrics/{agent_id}/execution", MetricsAsync).RequireScope(Scope.TasksWrite | Scope.Worker).NeverRateLimit()
            .Describe("reportMetrics", "Tokens, tools and duration of a finished run").Takes<ExecutionMetricsReport>().Gives<OkAnswer>().Fails(400, 404, 409, 413, 422);
    }

    static async Task<IResult> CreateAsync(HttpContext context, TaskCreation creation) => Answers.Of(context, await creation.CreateAsync(context));

    static async Task<IResult> GetAsync(HttpContext context, ITaskStore store)
    {
        var id = context.Part("task_id");
        return await store.FindAsync(context.Caller().Organization, id, context.RequestAborted) is { } task ? Answers.Task(task) : Answers.NoTask(id);
    }

    static async Task<IResult> UpdateAsync(HttpContext context, TaskService tasks, TaskSaving saving, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Patch);
        var patch = TaskPatch.Parse(body.Bytes);
        var organization = context.Caller().Organization;
        var id = context.Part("task_id");
        await saving.CheckParentAsync(organization, id, patch);
        var secrets = saving.TakeSecrets(patch);
        var save = new TaskCommand.Save(organization, id, tasks.Now, patch, context.Header(TasklightHeaders.Lease))
        {
            Secrets = secrets,
            Idempotency = Idempotency.Of(context, body),
        };
        return Answers.Of(context, AsSaved(save, await tasks.ApplyAsync(save)));
    }

    /// <summary>
    /// A run that lost its task while it goes on: its save leaves the task pending, but an unmodified client takes the answer's status for its
    /// own, and its last save would say pending instead of completed. So the answer says what was saved.
    /// </summary>
    static TaskOutcome AsSaved(TaskCommand.Save save, TaskOutcome outcome)
    {
        if (save is not { Lease: null, Patch: { IsFullObject: true, Status: { IsSet: true, Value: AgentExecutionStatus.Executing } } }
            || outcome.Decision is not TaskDecision.Change { Task: { Status: AgentExecutionStatus.Pending } task } change)
        {
            return outcome;
        }

        var shown = task.Fields.Clone();
        shown.Status = AgentExecutionStatus.Executing;
        return outcome with { Decision = change with { Task = task with { Fields = shown } } };
    }

    static async Task<IResult> StopAsync(HttpContext context, TaskService tasks)
    {
        var caller = context.Caller();
        var stop = new TaskCommand.Stop(caller.Organization, context.Part("task_id"), tasks.Now, caller.KeyName) { Idempotency = Idempotency.Of(context, body: null) };
        return Answers.Of(context, await tasks.ApplyAsync(stop));
    }

    static async Task<IResult> AgentHistoryAsync(HttpContext context, ITaskStore store, AgentDirectory agents)
    {
        var organization = context.Caller().Organization;
        var agentId = context.Part("agent_id");
        var query = TaskFilters.ReadForSdk(context) with { AgentId = agentId };
        if (await agents.FindAsync(organization, agentId, version: null, context.RequestAborted) is null)
        {
            return Answers.NoAgent(agentId);
        }

        return TaskLists.Array(context, await store.ListAsync(organization, query, context.RequestAborted));
    }

    static async Task<IResult> UserHistoryAsync(HttpContext context, ITaskStore store)
    {
        var query = TaskFilters.ReadForSdk(context) with { UserId = context.Part("user_id") };
        return TaskLists.Array(context, await store.ListAsync(context.Caller().Organization, query, context.RequestAborted));
    }

    static async Task<IResult> ReportAsync(HttpContext context, TaskService tasks, AgentDirectory agents, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var request = body.Parse(ProtocolJson.Default.ReportTaskRequest);
        var organization = context.Caller().Organization;
        var agentId = context.Part("agent_id");
        if (await agents.FindAsync(organization, agentId, version: null, context.RequestAborted) is null)
        {
            return Answers.NoAgent(agentId);
        }

        var id = string.IsNullOrEmpty(request.Id) ? TaskIds.New(tasks.Now) : request.Id;
        var report = new TaskCommand.Report(organization, id, tasks.Now, agentId, request) { Idempotency = Idempotency.Of(context, body) };
        return Answers.Of(context, await tasks.ApplyAsync(report));
    }

    static async Task<IResult> MetricsAsync(HttpContext context, TaskService tasks, LimitOptions limits, PriceOptions prices)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var metrics = body.Parse(ProtocolJson.Default.ExecutionMetricsReport);
        var record = new TaskCommand.RecordMetrics(context.Caller().Organization, metrics.ExecutionId, tasks.Now, metrics, context.Header(TasklightHeaders.Lease))
        {
            Priced = prices.Totals,
            Idempotency = Idempotency.Of(context, body),
        };
        return Answers.Of(context, await tasks.ApplyAsync(record), Answers.Ok);
    }
}
