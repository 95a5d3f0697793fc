using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Events;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>The three ways to invoke an agent or a workflow (contract: rest-v1 §2).</summary>
static class InvokeApi
{
    /// <summary>How long the blocking form waits; the task goes on behind a 504.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public static void MapInvoke(this IEndpointRouteBuilder routes)
    {
        Map(routes.MapGroup("/v1/agents/{agent_id}/invoke").WithTags("Invoke"), "Agent", "an agent");
        Map(routes.MapGroup("/v1/workflows/{agent_id}/invoke").WithTags("Invoke"), "Workflow", "a workflow");
    }

    static void Map(RouteGroupBuilder group, string what, string noun)
    {
        group.MapPost("", InvokeAsync).RequireScope(Scope.TasksWrite)
            .Describe("invoke" + what, $"Invoke {noun} and wait for the task to end or pause").TakesInvocation().Gives<AgentTaskFields>().Fails(400, 404, 409, 413, 422, 504);
        group.MapPost("/async", InvokeWithoutWaitingAsync).RequireScope(Scope.TasksWrite)
            .Describe($"invoke{what}Async", $"Invoke {noun} and return at once").TakesInvocation().Gives<AgentTaskFields>().Fails(400, 404, 409, 413, 422);
        group.MapPost("/stream", InvokeAndStreamAsync).RequireScope(Scope.TasksWrite).CountAsStream()
            .Describe($"invoke{what}Stream", $"Invoke {noun} and stream the task's events").TakesInvocation().GivesEvents().Fails(400, 404, 409, 413, 422);
    }

    static async Task<IResult> InvokeAsync(HttpContext context, TaskCreation creation, SettledTasks settled, IHostApplicationLifetime server)
    {
        var outcome = await creation.InvokeAsync(context, context.Part("agent_id"), isStreamed: false);
        if (outcome.Decision is not TaskDecision.Change begun)
        {
            return Answers.Of(context, outcome);
        }

        // When the client goes, or the server, only the wait ends.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.ApplicationStopping);
        try
        {
            return await settled.WaitAsync(begun.Task, Patience, over.Token) is { } task
                ? Answers.Of(context, outcome with { Decision = begun with { Task = task } })
                : Unfinished(StatusCodes.Status504GatewayTimeout, ErrorCodes.TimedOut, begun.Task.Id, $"has not ended within {Patience.TotalMinutes:0} minutes");
        }
        catch (OperationCanceledException) when (server.ApplicationStopping.IsCancellationRequested)
        {
            return Unfinished(StatusCodes.Status503ServiceUnavailable, ErrorCodes.Unavailable, begun.Task.Id, "has not ended before this server had to stop");
        }
    }

    static IResult Unfinished(int status, string code, string id, string what) =>
        Answers.Error(status, code, $"Task '{id}' {what}; it goes on: follow it at /v1/tasks/{id}.");

    static async Task<IResult> InvokeWithoutWaitingAsync(HttpContext context, TaskCreation creation) =>
        Answers.Of(context, await creation.InvokeAsync(context, context.Part("agent_id"), isStreamed: false));

    static async Task<IResult> InvokeAndStreamAsync(HttpContext context, TaskCreation creation, TaskStreams streams)
    {
        var outcome = await creation.InvokeAsync(context, context.Part("agent_id"), isStreamed: true);
        if (outcome.Decision is not TaskDecision.Change begun)
        {
            return Answers.Of(context, outcome);
        }

        await streams.ServeAsync(context, begun.Task, StreamSurface.Rest);
        return Results.Empty;
    }
}
