using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tasklight.Worker;

/// <summary>Registers workers in a host.</summary>
public static class WorkerServiceCollectionExtensions
{
    /// <summary>
    /// Adds a worker that works as long as the host runs; finish with <c>.OnTask(…)</c>. Call it once for every agent. The host's own
    /// <c>ShutdownTimeout</c> (30 s) must leave room for <see cref="WorkerOptions.ShutdownGrace"/>. A program started with
    /// <c>--invoke --prompt TEXT</c> runs one local test task instead, writes its result, and ends.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the worker's options.</param>
    public static WorkerBuilder AddTasklightWorker(this IServiceCollection services, Action<WorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new WorkerOptions();
        configure?.Invoke(options);
        var builder = new WorkerBuilder(services, options);
        services.AddSingleton(builder);
        services.AddSingleton<IHostedService>(provider => new AgentWorkerService(
            builder, provider.GetServices<WorkerBuilder>(), provider.GetRequiredService<ILogger<AgentWorker>>(), provider.GetRequiredService<IHostApplicationLifetime>()));
        return builder;
    }
}
