using Tasklight.Server.Api.OpenApi;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>What the composition root calls to have the API.</summary>
static class TasklightApiExtensions
{
    public static IServiceCollection AddTasklightApi(this IServiceCollection services)
    {
        services.AddApiDocument();
        services.AddSingleton<RouteHints>();
        services.AddSingleton<TaskCreation>();
        services.AddSingleton<TaskSaving>();
        services.AddSingleton<Replays>().AddSingleton<IdempotencyFilter>();
        services.AddSingleton<SettledTasks>();
        services.AddSingleton<ITaskChangeListener>(static provider => provider.GetRequiredService<SettledTasks>());
        return services;
    }

    /// <summary>Outermost in the pipeline: errors and unknown routes as JSON, and the headers of pages.</summary>
    public static void UseTasklightApi(this IApplicationBuilder app)
    {
        app.UseMiddleware<ErrorBoundary>();
        app.UseMiddleware<SecurityHeaders>();
    }

    public static void MapTasklightApi(this IEndpointRouteBuilder routes)
    {
        routes.MapTasks();
        routes.MapTasksV1();
        routes.MapSessions();
        routes.MapInvoke();
        routes.MapApprovals();
        routes.MapTools();
        routes.MapLogins();
        routes.MapNotServed();
        routes.MapApiDocument();
        routes.MapDocs();
    }
}
