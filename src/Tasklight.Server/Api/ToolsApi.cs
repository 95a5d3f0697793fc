using System.Text;
using System.Text.Json;
using Tasklight.Agents.Runtime;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>
/// Tool calls of clients (contract: sdk-http §7, events §6): the plan tools and HTTP operations are done here; that a worker's own tool ran is taken from a
/// preflight check into the task's log.
/// </summary>
static class ToolsApi
{
    static readonly IResult Done = Answers.Json("{}"u8.ToArray());

    static readonly string[] NotShown = ["method", "path", "url", "headers"];

    public static void MapTools(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("SDK: tools");
        group.MapPost("/agents/{agent_id}/operations/{tool_id}", InvokeAsync).RequireScope(Scope.TasksWrite | Scope.Worker).NeverRateLimit()
            .Describe("invokeAgentTool", "Call a plan tool or an HTTP operation of the agent; with x-preflight-check: true, note a call of a worker's own tool in the task's log")
            .Takes<JsonElement>(isOptional: true).Gives<JsonElement>()
            .TakesHeader(TasklightHeaders.PreflightCheck, "true when the call is only announced.")
            .TakesHeader(TasklightHeaders.ExecutionId, "The task in which the tool is called; the plan tools need it.")
            .TakesHeader(TasklightHeaders.AgentVersion, "The version of the agent whose tool is called; absent is the deployed one.")
            .Fails(400, 404, 409, 413, 422, 501, 502);
        group.MapGet("/tools/{tool}", DescribeAsync).RequireScope(Scope.TasksRead | Scope.Worker)
            .Describe("getTool", "A tool by the ids of its agent and of itself, joined by an underscore").Gives<AgentTool>().Fails(404);
        group.MapPost("/tools/{tool}", InvokeAloneAsync).RequireScope(Scope.TasksWrite | Scope.Worker).NeverRateLimit()
            .Describe("invokeTool", "Call an HTTP operation by the ids of its agent and of itself, joined by an underscore").Takes<JsonElement>(isOptional: true).Gives<JsonElement>()
            .TakesHeader(TasklightHeaders.ExecutionId, "The task in which the tool is called.")
            .Fails(400, 404, 409, 413, 422, 501, 502);
    }

    static Task<IResult> InvokeAsync(HttpContext context, [AsParameters] ToolServices services) =>
        DoAsync(context, services, context.Part("agent_id"), context.Part("tool_id"));

    static Task<IResult> InvokeAloneAsync(HttpContext context, [AsParameters] ToolServices services)
    {
        var (agentId, tool) = Apart(context.Part("tool"));
        return DoAsync(context, services, agentId, tool);
    }

    static async Task<IResult> DescribeAsync(HttpContext context, AgentDirectory agents)
    {
        var (agentId, id) = Apart(context.Part("tool"));
        var agent = await agents.FindAsync(context.Caller().Organization, agentId, version: null, context.RequestAborted);
        if (agent is null || Find(agent, id) is not { } tool)
        {
            return Answers.NotFound("tool by the ids of an agent and its tool, joined by '_',", context.Part("tool"));
        }

        // Method, path and the like would collide with what the baseline client adds (contract: sdk-http §7).
        var shown = JsonSerializer.SerializeToNode(tool, ProtocolJson.Default.AgentTool)!.AsObject();
        foreach (var key in NotShown)
        {
            shown.Remove(key);
        }

        return Answers.Json(Encoding.UTF8.GetBytes(shown.ToJsonString()));
    }

    // As the baseline client takes them apart. The agents' ids that this server makes have no underscore.
    static (string Agent, string Tool) Apart(string ids) => ids.IndexOf('_', StringComparison.Ordinal) is > 0 and var at ? (ids[..at], ids[(at + 1)..]) : (ids, "");

    static async Task<IResult> DoAsync(HttpContext context, ToolServices services, string agentId, string tool)
    {
        var (tasks, store, agents, secrets, _, limits) = services;
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var organization = context.Caller().Organization;
        if (await agents.FindNearestAsync(organization, agentId, context.Header(TasklightHeaders.AgentVersion), context.RequestAborted) is not { } agent)
        {
            return Answers.NoAgent(agentId);
        }

        var payload = body.IsEmpty ? default : body.Parse(ProtocolJson.Default.JsonElement);
        var taskId = context.Header(TasklightHeaders.ExecutionId);
        if (context.Header(TasklightHeaders.PreflightCheck) == "true")
        {
            return await NoteAsync(context, tasks, body, tool, taskId, payload);
        }

        if (taskId is not null && await store.FindAsync(organization, taskId, context.RequestAborted) is null)
        {
            return Answers.NoTask(taskId);
        }

        if (PlanTools.NameOf(tool) is { } plan)
        {
            return await PlanAsync(context, tasks, store, body, plan, taskId, payload);
        }

        if (Find(secrets.Show(agent, inClear: true), tool) is not { } operation)
        {
            return Answers.NotFound($"tool of agent '{Answers.Shorten(agentId)}' by the id", tool);
        }

        // An older version gets round no rule that came later.
        var deployed = await agents.FindAsync(organization, agentId, version: null, context.RequestAborted);
        var isHeld = ApprovalRules.Cover(agent, operation) || (deployed is not null && ApprovalRules.Cover(deployed, operation));
        return await CallAsync(context, services, agent, operation, isHeld, taskId, payload);
    }

    static AgentTool? Find(AgentFields agent, string tool) => agent.Tools.FirstOrDefault(known => known.Id == tool) ?? agent.Tools.FirstOrDefault(known => known.Name == tool);

    // A check before the call carries nothing that could be told.
    static async Task<IResult> NoteAsync(HttpContext context, TaskService tasks, RequestBody body, string tool, string? taskId, JsonElement payload)
    {
        if (taskId is null || !TryParameters(payload, out var parameters))
        {
            return Done;
        }

        var now = tasks.Now;
        var request = ToolEvents.Request(tool, Value(parameters, "input"));
        var events = new List<EventDraft> { ToolEvents.Draft(request, now) };
        if (Value(parameters, "output") is { } output)
        {
            events.Add(ToolEvents.Draft(request, output, isError: false, now));
        }

        var push = new TaskCommand.Push(context.Caller().Organization, taskId, now, [.. events], Lease: null) { ToolCalls = 1, Idempotency = Idempotency.Of(context, body) };
        return Answers.Of(context, await tasks.ApplyAsync(push), Done);
    }

    static async Task<IResult> PlanAsync(HttpContext context, TaskService tasks, ITaskStore store, RequestBody body, string name, string? taskId, JsonElement payload)
    {
        var organization = context.Caller().Organization;
        if (taskId is null)
        {
            return Answers.Error(StatusCodes.Status422UnprocessableEntity, ErrorCodes.ValidationFailed, $"A plan belongs to a task: name it in the header {TasklightHeaders.ExecutionId}.");
        }

        if (name == PlanTools.Get)
        {
            return Plan(await store.FindAsync(organization, taskId, context.RequestAborted), taskId);
        }

        // The model's payload is under body_params; some send it bare.
        var change = PlanTools.Read(name, TryParameters(payload, out var parameters) ? parameters : payload.ValueKind == JsonValueKind.Object ? payload : JsonElement.Parse("{}"u8));
        var command = new TaskCommand.ChangePlan(organization, taskId, tasks.Now, change, context.Header(TasklightHeaders.Lease)) { Idempotency = Idempotency.Of(context, body) };
        var outcome = await tasks.ApplyAsync(command);
        return Answers.Of(context, outcome, Plan((outcome.Decision as TaskDecision.Change)?.Task, taskId));
    }

    static IResult Plan(TaskRecord? task, string taskId) => task is null ? Answers.NoTask(taskId) : Answers.Json(task.Fields.DeepPlanning, ProtocolJson.Default.DeepPlanning);

    static async Task<IResult> CallAsync(
        HttpContext context, ToolServices services, AgentFields agent, AgentTool tool, bool isHeld, string? taskId, JsonElement payload)
    {
        var (tasks, store, operations) = (services.Tasks, services.Store, services.Operations);
        if (tool.Url is null)
        {
            return Answers.NotImplemented($"Tool '{tool.Id}' has no url, so it runs in the worker; this server calls plan tools and HTTP operations.");
        }

        if (isHeld)
        {
            return Answers.Conflict(ErrorCodes.ApprovalMismatch, $"Tool '{tool.Name}' needs a person's approval of each call, which only the agent runtime asks for and keeps: it is not called over this route.");
        }

        var organization = context.Caller().Organization;
        var task = await FindAsync();
        if (task is not null && Refusal(task) is { } refusal)
        {
            return refusal;
        }

        var told = ToolEvents.Request(tool.Id, payload.ValueKind == JsonValueKind.Undefined ? null : payload, tool.Name);
        using var call = operations.Prepare(agent, tool, payload, task?.Fields.PayloadExtension, context.Header(TasklightHeaders.IdempotencyKey) ?? told.RequestId);
        await TellAsync(ToolEvents.Draft(told, tasks.Now), calls: 1);
        if (await FindAsync() is { } counted && Budgets.Holds(counted))
        {
            // The one too many is not made.
            await TellAsync(ToolEvents.Draft(told, JsonSerializer.SerializeToElement(Budgets.Sentence(counted), ProtocolJson.Default.String), isError: true, tasks.Now));
            return Refusal(counted)!;
        }

        var (result, isError) = await call.MakeAsync(context.RequestAborted);
        await TellAsync(ToolEvents.Draft(told, result, isError, tasks.Now));
        return isError
            ? Answers.Error(StatusCodes.Status502BadGateway, ErrorCodes.ToolFailed, result.GetString()!)
            : Answers.Json(result, ProtocolJson.Default.JsonElement);

        async ValueTask<TaskRecord?> FindAsync() => taskId is null ? null : await store.FindAsync(organization, taskId, context.RequestAborted);

        async ValueTask TellAsync(EventDraft draft, int calls = 0)
        {
            if (taskId is not null)
            {
                await tasks.ApplyAsync(new TaskCommand.Push(organization, taskId, tasks.Now, [draft], Lease: null) { ToolCalls = calls });
            }
        }
    }

    static IResult? Refusal(TaskRecord task)
    {
        if (Budgets.Holds(task))
        {
            return Answers.Conflict(ErrorCodes.BudgetReached, Budgets.Sentence(task));
        }

        return task.IsTerminal
            ? Answers.Conflict(ErrorCodes.InvalidTransition, $"Task '{task.Id}' has ended ({task.Status.ToWire()}); no tool is called for it any more.")
            : null;
    }

    static bool TryParameters(JsonElement call, out JsonElement parameters)
    {
        parameters = default;
        return call.ValueKind == JsonValueKind.Object && call.TryGetProperty("body_params", out parameters) && parameters.ValueKind == JsonValueKind.Object;
    }

    static JsonElement? Value(JsonElement parameters, string name) => parameters.TryGetProperty(name, out var value) ? value : null;
}
