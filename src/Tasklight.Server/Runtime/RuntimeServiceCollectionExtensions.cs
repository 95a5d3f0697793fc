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
        services.TryAddSingleton(static provider => provider.GetRequiredService<TasklightOptions>().Models.Settings());
        services.TryAddSingleton(static provider => OptionsOf(provider.GetRequiredService<ToolAccess>(), provider.GetRequiredService<ModelSettings>()));
        services.AddSingleton<ModelCatalog>().AddSingleton<RuntimeHost>();
        services.AddHostedService(static provider => provider.GetRequiredService<RuntimeHost>());
        return services.AddSingleton<IStartupStep>(static provider => provider.GetRequiredService<RuntimeHost>());
    }

    static AgentRuntimeOptions OptionsOf(ToolAccess access, ModelSettings models) => new() { Access = access, OpenModel = new ModelProviders(models, access: access).Open };

    static ToolAccess AccessOf(TasklightOptions options) => new()
    {
        LocalServers = options.Runtime.LocalServers,
        AllowPrivateAddresses = !options.Fetch.Guard,
        AllowedHosts = options.Fetch.Hosts,
    };
}
