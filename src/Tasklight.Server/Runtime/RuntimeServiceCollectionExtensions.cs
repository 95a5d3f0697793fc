using Microsoft.Extensions.DependencyInjection.Extensions;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tools;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Runtime;

static class RuntimeServiceCollectionExtensions
{
    /// <summary>The server's own workers. Their startup step needs the sessions to be restored: register dispatch before.</summary>
    public static IServiceCollection AddTasklightRuntime(this IServiceCollection services)
    {
        services.TryAddSingleton(static provider => new AgentRuntimeOptions { Access = AccessOf(provider.GetRequiredService<TasklightOptions>().Fetch) });
        services.AddSingleton<RuntimeHost>();
        services.AddHostedService(static provider => provider.GetRequiredService<RuntimeHost>());
        return services.AddSingleton<IStartupStep>(static provider => provider.GetRequiredService<RuntimeHost>());
    }

    // What the server may fetch for its users, its agents' tools may reach; the runtime's own variables let more through.
    static ToolAccess AccessOf(FetchOptions fetch)
    {
        var access = ToolAccess.FromEnvironment(Environment.GetEnvironmentVariable);
        return new()
        {
            LocalServers = access.LocalServers,
            AllowPrivateAddresses = access.AllowPrivateAddresses || !fetch.Guard,
            AllowedHosts = [.. access.AllowedHosts, .. fetch.Allow.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
        };
    }
}
