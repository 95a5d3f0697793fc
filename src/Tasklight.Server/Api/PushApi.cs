using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Events;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>Workers and clients put their own events into a task's log (contract: events §7).</summary>
static class PushApi
{
    public static void MapPush(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/agent-execution/{task_id}/events/push", PushAsync).RequireScope(Scope.Worker | Scope.TasksWrite).NeverRateLimit().WithTags("SDK: events")
            .Describe("pushEvents", "Append events to a task's log").Takes<IReadOnlyList<TaskUpdateEvent>>().Gives<OkAnswer>()
            .TakesHeader(TasklightHeaders.Lease, "The lease the writer holds; a late or foreign one is 409.").Fails(400, 403, 404, 409, 413, 422);

    static async Task<IResult> PushAsync(HttpContext context, TaskService tasks, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var organization = context.Caller().Organization;
        var id = context.Part("task_id");
        try
        {
            var events = PushedEvents.Read(body.Bytes, organization, id);
            var push = new TaskCommand.Push(organization, id, tasks.Now, events, context.Header(TasklightHeaders.Lease)) { Idempotency = Idempotency.Of(context, body) };
            return Answers.Of(context, await tasks.ApplyAsync(push), Answers.Ok);
        }
        catch (ForeignEventException foreign)
        {
            return Answers.Error(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, foreign.Message);
        }
    }
}
