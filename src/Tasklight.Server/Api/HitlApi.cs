using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>Approvals by people, on both surfaces (contract: sdk-http §8, extensions §4).</summary>
static class HitlApi
{
    public static void MapApprovals(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Approvals");
        group.MapPost("/hitl/request", RequestAsync).RequireScope(Scope.TasksWrite | Scope.Worker)
            .Describe("requestApproval", "Pause a task until a person decides").Takes<CreateApprovalRequest>().Gives<AgentTaskFields>().Fails(400, 404, 409, 422);
        MapDecisions(group, "/hitl/{task_id}", "");
        MapDecisions(group, "/v1/tasks/{task_id}", "V1");
    }

    static void MapDecisions(RouteGroupBuilder group, string path, string suffix)
    {
        group.MapPost(path + "/approve", ApproveAsync).RequireScope(Scope.Approve)
            .Describe("approveTask" + suffix, "Approve what a task waits for; once enough have, it is queued again").Takes<ApprovalDecisionRequest>(isOptional: true).Gives<AgentTaskFields>()
            .Fails(400, 403, 404, 409, 422);
        group.MapPost(path + "/reject", RejectAsync).RequireScope(Scope.Approve)
            .Describe("rejectTask" + suffix, "Reject what a task waits for: an action's rejection goes back to the agent, anything else ends as stopped").Takes<ApprovalDecisionRequest>(isOptional: true).Gives<AgentTaskFields>()
            .Fails(400, 403, 404, 409, 422);
    }

    static async Task<IResult> RequestAsync(HttpContext context, TaskService tasks, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var request = body.Parse(ProtocolJson.Default.CreateApprovalRequest);
        var now = tasks.Now;
        var wait = new HumanInTheLoopRequest
        {
            WaitNodeId = request.WaitNodeId,
            Title = request.Title,
            Description = request.Description,
            Content = request.Content,
            ToolName = request.ToolName,
            Arguments = request.Arguments,
            ActionHash = request.ToolName is null ? null : ActionHash.Of(request.ToolName, request.Arguments!.Value),
            ExpiresAt = request.ExpiresInSeconds is { } seconds ? WireTime.Truncate(now.AddSeconds(seconds)) : null,
            Required = request.Required,
            Approvers = request.Approvers is { Count: > 0 } approvers ? approvers : null,
            AllowEdit = request.AllowEdit,
        };
        var command = new TaskCommand.RequestApproval(context.Caller().Organization, request.TaskId, now, wait, context.Header(TasklightHeaders.Lease))
        {
            Idempotency = Idempotency.Of(context, body),
        };
        return Answers.Of(context, await tasks.ApplyAsync(command));
    }

    static async Task<IResult> ApproveAsync(HttpContext context, TaskService tasks, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var decision = Decision(body);
        var caller = context.Caller();
        var command = new TaskCommand.Approve(caller.Organization, context.Part("task_id"), tasks.Now, decision.ApprovedBy ?? caller.KeyName, decision.ActionHash)
        {
            WaitNodeId = decision.WaitNodeId,
            Key = new(caller.KeyId, caller.KeyName),
            Arguments = decision.Arguments,
            Reason = decision.Comment ?? decision.Reason,
            Idempotency = Idempotency.Of(context, body),
        };
        return Answers.Of(context, await tasks.ApplyAsync(command));
    }

    static async Task<IResult> RejectAsync(HttpContext context, TaskService tasks, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var decision = Decision(body);
        var caller = context.Caller();
        var command = new TaskCommand.Reject(
            caller.Organization, context.Part("task_id"), tasks.Now, decision.RejectedBy ?? caller.KeyName, decision.ActionHash, decision.Reason ?? decision.Comment)
        {
            WaitNodeId = decision.WaitNodeId,
            Key = new(caller.KeyId, caller.KeyName),
            Idempotency = Idempotency.Of(context, body),
        };
        return Answers.Of(context, await tasks.ApplyAsync(command));
    }

    static ApprovalDecisionRequest Decision(RequestBody body) => body.IsEmpty ? new ApprovalDecisionRequest() : body.Parse(ProtocolJson.Default.ApprovalDecisionRequest);
}
