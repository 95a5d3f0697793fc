using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>Why a task does not run (extensions §4).</summary>
static class WhyApi
{
    // In a group, as the other routes of tasks are: the document lists what stands alone before all groups.
    public static void MapWhy(this IEndpointRouteBuilder routes) => routes.MapGroup("/v1/tasks")
        .MapGet("/{task_id}/why", ExplainAsync).WithTags("Tasks").RequireScope(Scope.TasksRead)
        .Describe("explainTask", "Why a task does not run, and what would make it").Gives<WhyAnswer>().Fails(404);

    static async Task<IResult> ExplainAsync(HttpContext context, WhyService why) =>
        await why.ExplainAsync(context.Caller().Organization, context.Part("task_id"), context.RequestAborted) is { } answer
            ? Answers.Json(answer, ProtocolJson.Default.WhyAnswer)
            : Answers.NoTask(context.Part("task_id"));
}
