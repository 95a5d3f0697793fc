using Microsoft.Extensions.DependencyInjection.Extensions;
using Tasklight.Agents.Runtime;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Runtime;

static class RuntimeServiceCollectionExtensions
{
    /// <summary>The server's own workers. Their startup step needs the sessions to be restored: register dispatch before.</summary>
    public static IServiceCollection AddTasklightRuntime(this IServiceCollection services)
    {
        services.TryAddSingleton<AgentRuntimeOptions>();
        services.AddSingleton<RuntimeHost>();
        services.AddHostedService(static provider => provider.GetRequiredService<RuntimeHost>());
        return services.AddSingleton<IStartupStep>(static provider => provider.GetRequiredService<RuntimeHost>());
    }
}
