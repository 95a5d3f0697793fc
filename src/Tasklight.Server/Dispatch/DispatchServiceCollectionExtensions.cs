using Microsoft.Extensions.DependencyInjection.Extensions;
using Tasklight.Server.Access;
using Tasklight.Server.Api;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

static class DispatchServiceCollectionExtensions
{
    /// <summary>
    /// Worker sessions, claims and sweepers; routes: <see cref="WorkersApi.MapWorkers"/>, <see cref="WhyApi.MapWhy"/>. The hub is an
    /// <see cref="ITaskChangeListener"/> among the others. Its startup step needs the store to be open: register storage before.
    /// </summary>
    public static IServiceCollection AddTasklightDispatch(this IServiceCollection services)
    {
        services.TryAddSingleton(static provider => DispatchOptions.From(provider.GetRequiredService<TasklightOptions>().Sessions));
        services.TryAddSingleton<TaskSecrets>();
        services.TryAddSingleton<TaskWriter>();
        services.TryAddSingleton<TaskService>();
        services.AddSingleton<WakingTime>();
        services.AddSingleton<WorkerHub>();
        services.AddSingleton<IAgentSignal>(static provider => provider.GetRequiredService<WorkerHub>());
        services.AddSingleton<ITaskChangeListener>(static provider => provider.GetRequiredService<WorkerHub>());
        services.AddSingleton<Claimer>();
        services.AddSingleton<RunEnds>();
        services.AddSingleton<WorkerReports>();
        services.AddSingleton<WorkerReception>();
        services.AddSingleton<SessionSweeper>();
        services.AddSingleton<TaskSweeper>();
        services.AddSingleton<TaskPruner>();
        services.AddSingleton<WhyService>().AddSingleton<TaskTree>();
        return services.AddStartupStep<Dispatcher>();
    }
}
