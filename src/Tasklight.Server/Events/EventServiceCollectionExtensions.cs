using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

static class EventServiceCollectionExtensions
{
    /// <summary>Feeds and streams of task events, with the in-process signal. Needs a store and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddTasklightEvents(this IServiceCollection services)
    {
        services.AddSingleton<TaskFeeds>();
        services.AddSingleton<TaskStreams>();
        services.AddSingleton<ActivityLog>();
        services.AddSingleton<IEventSignal, LocalEventSignal>();
        services.AddSingleton<ITaskChangeListener, EventNudges>();
        return services;
    }
}
