using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>Tasks of the public REST API (contract: rest-v1 §3, extensions §4).</summary>
static class TasksV1Api
{
    public static void MapTasksV1(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("Tasks");
        group.MapGet("/tasks", ListAsync).RequireScope(Scope.TasksRead)
            .Describe("listTasksV1", "Tasks, newest first, in pages").Gives<Page<TasksListItem>>()
            .TakesPages().TakesFilters("user_id", "agent_id", "from_date", "to_date").Fails(422);
        group.MapGet("/agents/{agent_id}/tasks", ListOfAgentAsync).RequireScope(Scope.TasksRead)
            .Describe("listAgentTasksV1", "Tasks of an agent, newest first, in pages").Gives<Page<TasksListItem>>()
            .TakesPages().TakesFilters("user_id", "from_date", "to_date").Fails(404, 422);
        group.MapGet("/tasks/{task_id}", GetAsync).RequireScope(Scope.TasksRead)
            .Describe("getTaskV1", "A task").Gives<AgentTaskFields>().Fails(404);
        group.MapPost("/tasks/{task_id}/stop", StopAsync).RequireScope(Scope.TasksWrite)
            .Describe("stopTaskV1", "Stop a task and its sub-tasks").Gives<AgentTaskFields>().Fails(404, 409);
        group.MapPost("/tasks/{task_id}/retry", RetryAsync).RequireScope(Scope.TasksWrite)
            .Describe("retryTaskV1", "Begin a new turn with the same input").Gives<AgentTaskFields>().Fails(404, 409);
        group.MapDelete("/tasks/{task_id}", DeleteAsync).RequireScope(Scope.TasksWrite)
            .Describe("deleteTaskV1", "Remove a task, its history and its sub-tasks for good").GivesNothing().Fails(404, 409);
    }

    static async Task<IResult> ListAsync(HttpContext context, ITaskStore store)
    {
        var (query, page) = TaskFilters.ReadForRest(context, store);
        return TaskLists.Page(await store.ListAsync(context.Caller().Organization, query, context.RequestAborted), query, page);
    }

    static async Task<IResult> ListOfAgentAsync(HttpContext context, ITaskStore store, AgentDirectory agents)
    {
        var organization = context.Caller().Organization;
        var agentId = context.Part("agent_id");
        var (query, page) = TaskFilters.ReadForRest(context, store);
        if (await agents.FindAsync(organization, agentId, version: null, context.RequestAborted) is null)
        {
            return Answers.NoAgent(agentId);
        }

        query = query with { AgentId = agentId };
        return TaskLists.Page(await store.ListAsync(organization, query, context.RequestAborted), query, page);
    }

    static async Task<IResult> GetAsync(HttpContext context, ITaskStore store)
    {
        var id = context.Part("task_id");
        return await store.FindAsync(context.Caller().Organization, id, context.RequestAborted) is { } task ? Answers.Task(task) : Answers.NoTask(id);
    }

    static async Task<IResult> StopAsync(HttpContext context, TaskService tasks, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var caller = context.Caller();
        var stop = new TaskCommand.Stop(caller.Organization, context.Part("task_id"), tasks.Now, caller.KeyName) { Idempotency = Idempotency.Of(context, body) };
        return Answers.Of(context, await tasks.ApplyAsync(stop));
    }

    static async Task<IResult> RetryAsync(HttpContext context, TaskService tasks, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var retry = new TaskCommand.Retry(context.Caller().Organization, context.Part("task_id"), tasks.Now) { Idempotency = Idempotency.Of(context, body) };
        return Answers.Of(context, await tasks.ApplyAsync(retry));
    }

    static async Task<IResult> DeleteAsync(HttpContext context, TaskService tasks)
    {
        var delete = new TaskCommand.Delete(context.Caller().Organization, context.Part("task_id"), tasks.Now) { Idempotency = Idempotency.Of(context, body: null) };
        var outcome = await tasks.ApplyAsync(delete);

        if (outcome is { Replayed: true, Decision: TaskDecision.Refusal { Reason: RefusalReason.NotFound } })
        {
            // A repeated delete finds nothing, and is answered as the first one was.
            context.Response.Headers[TasklightHeaders.IdempotentReplay] = "true";
            return Answers.Nothing;
        }

        return Answers.Of(context, outcome, Answers.Nothing);
    }
}
