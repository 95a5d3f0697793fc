using Tasklight.Protocol;
using Tasklight.Server.Api.OpenApi;

namespace Tasklight.Server.Api;

/// <summary>What routes say about themselves for the OpenAPI document. Nothing here changes how a request is served.</summary>
static class RouteDocs
{
    const string AnyType = "application/octet-stream";

    /// <summary>Names the operation.</summary>
    /// <param name="route">The route.</param>
    /// <param name="name">The operation's id, unique in the document.</param>
    /// <param name="summary">A phrase for people.</param>
    public static T Describe<T>(this T route, string name, string summary)
        where T : IEndpointConventionBuilder => route.WithMetadata(new EndpointNameMetadata(name), new EndpointSummaryAttribute(summary));


    /// <summary>The route takes a JSON body of this type.</summary>
    public static RouteHandlerBuilder Takes<TBody>(this RouteHandlerBuilder route, bool isOptional = false) => route.WithMetadata(new BodyDoc(typeof(TBody), isOptional));

    /// <summary>200 answers a value of this type.</summary>
    public static RouteHandlerBuilder Gives<TAnswer>(this RouteHandlerBuilder route, int status = StatusCodes.Status200OK) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(TAnswer), [Answers.JsonType]));

    /// <summary>The route takes bytes of any kind.</summary>
    public static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder route) => route.WithMetadata(new BodyDoc(typeof(Stream), IsOptional: false, AnyType));

    /// <summary>200 answers bytes of any kind.</summary>
    public static RouteHandlerBuilder GivesFile(this RouteHandlerBuilder route) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), [AnyType]));

    /// <summary>200 answers a page for people.</summary>
    public static RouteHandlerBuilder GivesPage(this RouteHandlerBuilder route) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/html"]));

    /// <summary>Success is 204.</summary>
    public static RouteHandlerBuilder GivesNothing(this RouteHandlerBuilder route) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void)));

    /// <summary>200 answers a stream of server-sent events, one <see cref="TaskUpdateEvent"/> a frame.</summary>
    public static RouteHandlerBuilder GivesEvents(this RouteHandlerBuilder route) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TaskUpdateEvent), ["text/event-stream"]));

    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params int[] statuses) => route.WithMetadata(new FailureDoc(statuses));

    public static RouteHandlerBuilder TakesHeader(this RouteHandlerBuilder route, string name, string description) =>
        route.WithMetadata(new ParameterDoc("header", name, typeof(string), description));

    public static RouteHandlerBuilder TakesQuery<TValue>(this RouteHandlerBuilder route, string name, string description) =>
        route.WithMetadata(new ParameterDoc("query", name, typeof(TValue), description));

    /// <summary>The filters of task lists, and more of them by name.</summary>
    public static RouteHandlerBuilder TakesFilters(this RouteHandlerBuilder route, params string[] more)
    {
        foreach (var name in more)
        {
            route = name.EndsWith("_date", StringComparison.Ordinal)
                ? route.TakesQuery<DateTimeOffset>(name, "Bound of created_at, inclusive.")
                : route.TakesQuery<string>(name, "Only tasks with exactly this.");
        }

        return route
            .TakesQuery<string>("parent_task_id", "Only sub-tasks of this task.")
            .TakesQuery<string>("triggering_agent_id", "Only tasks started by this agent.")
            .TakesQuery<AgentExecutionStatus>("status", "Only tasks of this status.")
            .TakesQuery<string>("waiting_for", "Only paused tasks that wait for this: approval, login, answer or budget.")
            .TakesQuery<string>("internal_status", "Only tasks with exactly this internal status.");
    }

    /// <summary>Pages of the REST API.</summary>
    public static RouteHandlerBuilder TakesPages(this RouteHandlerBuilder route) => route
        .TakesQuery<int>("page", $"From 1; default 1. Pages end at item {TaskFilters.DeepestItem}.")
        .TakesQuery<int>("per_page", $"1 to {TaskFilters.LargestPerPage}; default {TaskFilters.DefaultPerPage}.")
        .TakesQuery<string>("cursor", "next_cursor of an earlier page: goes on behind it, at any depth. Takes the place of page.");

    /// <summary>What the three invoke calls have in common.</summary>
    public static RouteHandlerBuilder TakesInvocation(this RouteHandlerBuilder route) => route
        .Takes<InvokeRequest>()
        .TakesQuery<string>("version", "The version to run; absent is the deployed one, draft the one being edited.");
}
