using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Events;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>The event streams of a task on both surfaces (contract: events §1, extensions §4).</summary>
static class EventsApi
{
    const string Newer = "newer";

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/agent-execution/{task_id}/events", StreamAsync).RequireScope(Scope.TasksRead).CountAsStream().WithTags("SDK: events")
            .Describe("streamTask", "The events of a task's current turn as they happen, until it ends").GivesEvents().TakesCursor().Fails(404, 409, 422);
        routes.MapGet("/v1/tasks/{task_id}/events", ReadAsync).RequireScope(Scope.TasksRead).CountAsStream().WithTags("Events")
            .Describe("getTaskEvents", "The events of a task: a stream, or with Accept: application/json a page of the log").GivesEvents().TakesCursor()
            .TakesQuery<int>("limit", $"Events of a page, 1 to {EventPage.MaxLimit}; default {EventPage.DefaultLimit}.")
            .TakesQuery<bool>(Newer, "true shows the newer types too, context_status among them; default false.").GivesNothing().Fails(404, 422);
    }

    static RouteHandlerBuilder TakesCursor(this RouteHandlerBuilder route) => route
        .TakesHeader(TasklightHeaders.LastEventId, "Go on behind this event.")
        .TakesQuery<long>(StreamCursor.Query, "The same for clients that cannot set the header; the header wins.");

    static async Task<IResult> StreamAsync(HttpContext context, ITaskStore store, TaskStreams streams)
    {
        var id = context.Part("task_id");
        if (await store.FindAsync(context.Caller().Organization, id, context.RequestAborted) is not { } task)
        {
            return Answers.NoTask(id);
        }

        if (!task.Fields.EventsStreaming)
        {
            return Answers.Conflict(ErrorCodes.StreamingDisabled, $"Task '{id}' was created with events_streaming false, so it has no stream. Create it with events_streaming true.");
        }

        if (!StreamCursor.TryRead(context.Request, task, out var after, out var problem))
        {
            return Answers.Error(StatusCodes.Status422UnprocessableEntity, ErrorCodes.ValidationFailed, problem!);
        }

        await streams.ServeAsync(context, task, StreamSurface.Sdk, after);
        return Results.Empty;
    }

    static async Task<IResult> ReadAsync(HttpContext context, ITaskStore store, TaskStreams streams)
    {
        var id = context.Part("task_id");
        if (await store.FindAsync(context.Caller().Organization, id, context.RequestAborted) is not { } task)
        {
            return Answers.NoTask(id);
        }

        if (!StreamCursor.TryRead(context.Request, task, out var after, out var problem))
        {
            return Answers.Error(StatusCodes.Status422UnprocessableEntity, ErrorCodes.ValidationFailed, problem!);
        }

        if (WantsPage(context.Request))
        {
            return await PageAsync(context, store, task, after);
        }

        if (task.IsTerminal && after >= task.FinishedSequence)
        {
            return Answers.Nothing;
        }

        await streams.ServeAsync(context, task, SurfaceOf(context), after);
        return Results.Empty;
    }

    static async Task<IResult> PageAsync(HttpContext context, ITaskStore store, TaskRecord task, long? after)
    {
        // A page goes on behind the end: what was pushed or saved too late is only shown here.
        if (task.IsTerminal && after >= task.Sequence)
        {
            return Answers.Nothing;
        }

        var limit = context.QueryNumber("limit", 1, EventPage.MaxLimit) ?? EventPage.DefaultLimit;
        using var page = new PooledBuffer();
        await EventPage.WriteAsync(page, store, task, after ?? task.TurnStart - 1, limit, SurfaceOf(context), context.RequestAborted);
        await Answers.WriteAsync(context, StatusCodes.Status200OK, page.Written);
        return Results.Empty;
    }

    static StreamSurface SurfaceOf(HttpContext context) => context.Query(Newer) == "true" ? StreamSurface.RestWithNewer : StreamSurface.Rest;

    static bool WantsPage(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains("application/json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
    }
}
