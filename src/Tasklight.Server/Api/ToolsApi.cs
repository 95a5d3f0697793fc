using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>
/// Tool calls. Tools run in the worker; what the server takes is the baseline worker's word that one ran, sent as a preflight check of the
/// call, which it puts into the task's log (contract: events §6).
/// </summary>
static class ToolsApi
{
    static readonly IResult Done = Answers.Json("{}"u8.ToArray());

    public static void MapTools(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/agents/{agent_id}/operations/{tool_id}", InvokeAsync).RequireScope(Scope.TasksWrite | Scope.Worker).NeverRateLimit().WithTags("SDK: tools")
            .Describe("invokeAgentTool", "Note a tool call of a worker in the task's log (with x-preflight-check: true); invoking a tool here is not served")
            .Takes<JsonElement>(isOptional: true).Gives<Dictionary<string, string>>()
            .TakesHeader(TasklightHeaders.PreflightCheck, "true when the call is only announced.")
            .TakesHeader(TasklightHeaders.ExecutionId, "The task in which the tool is called.")
            .Fails(400, 404, 413, 422, 501);

    static async Task<IResult> InvokeAsync(HttpContext context, TaskService tasks, AgentDirectory agents, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var organization = context.Caller().Organization;
        var agentId = context.Part("agent_id");
        if (await agents.FindAsync(organization, agentId, version: null, context.RequestAborted) is null)
        {
            return Answers.NoAgent(agentId);
        }

        if (context.Header(TasklightHeaders.PreflightCheck) != "true")
        {
            return Answers.NotImplemented("This server does not invoke tools; run them in the worker.");
        }

        // A check before the call carries nothing that could be told.
        var call = body.IsEmpty ? default : body.Parse(ProtocolJson.Default.JsonElement);
        if (context.Header(TasklightHeaders.ExecutionId) is not { } taskId || !TryParameters(call, out var parameters))
        {
            return Done;
        }

        var now = tasks.Now;
        var push = new TaskCommand.Push(organization, taskId, now, [.. Events(context.Part("tool_id"), parameters, now)], Lease: null)
        {
            Idempotency = Idempotency.Of(context, body),
        };
        return Answers.Of(context, await tasks.ApplyAsync(push), Done);
    }

    static bool TryParameters(JsonElement call, out JsonElement parameters)
    {
        parameters = default;
        return call.ValueKind == JsonValueKind.Object && call.TryGetProperty("body_params", out parameters) && parameters.ValueKind == JsonValueKind.Object;
    }

    static IEnumerable<EventDraft> Events(string tool, JsonElement parameters, DateTimeOffset now)
    {
        var request = new ToolCallRequest { RequestId = Guid.NewGuid().ToString(), OperationId = tool, ToolName = tool, Payload = Value(parameters, "input") };
        yield return new EventDraft(
            TaskEventTypes.ToolCallRequest, now, JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.ToolCallRequest), EventKind.Server);

        if (Value(parameters, "output") is { } output)
        {
            var result = new ToolCallResult { RequestId = request.RequestId, OperationId = tool, ToolName = tool, Payload = request.Payload, Result = output };
            yield return new EventDraft(
                TaskEventTypes.ToolCallResult, now, JsonSerializer.SerializeToUtf8Bytes(result, ProtocolJson.Default.ToolCallResult), EventKind.Server);
        }
    }

    static JsonElement? Value(JsonElement parameters, string name) => parameters.TryGetProperty(name, out var value) ? value : null;
}
