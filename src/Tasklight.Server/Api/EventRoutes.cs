namespace Tasklight.Server.Api;

static class EventRoutes
{
    /// <summary>Streams, pushes, activity and threads.</summary>
    public static void MapTasklightEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapEvents();
        routes.MapPush();
        routes.MapActivity();
        routes.MapThreads();
    }
}
