using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Events;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>The durable sessions of tasks, for those who run them (docs/sessions.md).</summary>
static class SessionsApi
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/tasks/{task_id}/session").WithTags("Sessions");
        group.MapGet("", ReadAsync).RequireScope(Scope.Worker)
            .Describe("getTaskSession", "The steps of a task's session, from the last summary on").Gives<TaskSession>()
            .TakesQuery<bool>("all", "true begins with the first step ever, not with the last summary.")
            .TakesQuery<int>("after", "Only steps behind this number: next of the page before.").Fails(404, 422);
        group.MapPost("", AppendAsync).RequireScope(Scope.Worker).NeverRateLimit()
            .Describe("appendTaskSession", "Store the next steps of a task's session, and count what they used").Takes<AppendSessionRequest>().Gives<SessionSaved>()
            .TakesHeader(TasklightHeaders.Lease, "The lease the writer holds; a late or foreign one is 409.").Fails(404, 409, 413, 422);
    }

    static async Task<IResult> ReadAsync(HttpContext context, ITaskStore store)
    {
        var (organization, id) = (context.Caller().Organization, context.Part("task_id"));
        var after = context.QueryNumber("after", 0, int.MaxValue);
        if (await store.FindAsync(organization, id, context.RequestAborted) is not { } task)
        {
            return Answers.NoTask(id);
        }

        var from = after ?? (context.Query("all") == "true" ? 0 : Math.Max(0, task.SessionSummary - 1));
        var stored = from < task.SessionLast ? await store.ReadSessionAsync(organization, id, from, context.RequestAborted) : [];
        var steps = stored.Where(step => step.Number <= task.SessionLast).Select(Step).ToList();
        var session = new TaskSession
        {
            Steps = steps,
            Last = task.SessionLast,
            Usage = task.Fields.Usage ?? new(),
            Next = steps.Count > 0 && steps[^1].Number < task.SessionLast ? steps[^1].Number : null,
        };
        return Answers.Json(session, ProtocolJson.Default.TaskSession);
    }

    static async Task<IResult> AppendAsync(HttpContext context, TaskService tasks, LimitOptions limits, PriceOptions prices)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Patch);
        var request = body.Parse(ProtocolJson.Default.AppendSessionRequest);
        var save = new TaskCommand.SaveSession(
            context.Caller().Organization, context.Part("task_id"), tasks.Now, [.. request.Steps.Select(Draft)], request.Usage is null ? new() : prices.Totals(request.Usage), context.Header(TasklightHeaders.Lease))
        {
            Idempotency = Idempotency.Of(context, body),
        };
        var outcome = await tasks.ApplyAsync(save);
        var task = (outcome.Decision as TaskDecision.Change)?.Task;
        if (task is not null && Budgets.Holds(task))
        {
            // The steps are stored; what they used ended the run.
            return Answers.Conflict(ErrorCodes.BudgetReached, Budgets.Sentence(task));
        }

        var saved = new SessionSaved { Last = task?.SessionLast ?? 0, Usage = task?.Fields.Usage ?? new() };
        return Answers.Of(context, outcome, Answers.Json(saved, ProtocolJson.Default.SessionSaved));
    }

    static SessionDraft Draft(SessionStep step) => new(step.Number, step.Kind, AsciiJson.Bytes(step.Data, ProtocolJson.Default.JsonElement));

    static SessionStep Step(StoredStep step) => new() { Number = step.Number, Kind = step.Kind, Data = JsonElement.Parse(step.Data.Span), CreatedAt = step.CreatedAt };
}
