namespace Tasklight.Server.Hosting;

static class HostingServiceCollectionExtensions
{
    /// <summary>Adds a step that runs before the server is ready, after those registered earlier.</summary>
    public static IServiceCollection AddStartupStep<TStep>(this IServiceCollection services)
        where TStep : class, IStartupStep => services.AddSingleton<IStartupStep, TStep>();
}
