using Microsoft.Extensions.DependencyInjection.Extensions;
using Tasklight.Agents.Models;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tools;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Runtime;

static class RuntimeServiceCollectionExtensions
{
    /// <summary>The server's own workers. Their startup step needs the sessions to be restored: register dispatch before.</summary>
    public static IServiceCollection AddTasklightRuntime(this IServiceCollection services)
    {
        services.AddSingleton(static provider => AccessOf(provider.GetRequiredService<TasklightOptions>()));
        services.TryAddSingleton(static provider => new AgentRuntimeOptions { Access = provider.GetRequiredService<ToolAccess>() });
        services.TryAddSingleton(ModelSettings.FromEnvironment);
        services.AddSingleton<ModelCatalog>().AddSingleton<RuntimeHost>();
        services.AddHostedService(static provider => provider.GetRequiredService<RuntimeHost>());
        return services.AddSingleton<IStartupStep>(static provider => provider.GetRequiredService<RuntimeHost>());
    }

    static ToolAccess AccessOf(TasklightOptions options) => new()
    {
        LocalServers = options.Runtime.LocalServers,
        AllowPrivateAddresses = !options.Fetch.Guard,
        AllowedHosts = options.Fetch.Hosts,
    };
}
