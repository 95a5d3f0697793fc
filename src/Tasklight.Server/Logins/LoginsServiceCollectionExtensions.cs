using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Logins;

static class LoginsServiceCollectionExtensions
{
    /// <summary>Logins of end users to MCP servers. Their startup step needs organizations: register access before.</summary>
    public static IServiceCollection AddTasklightLogins(this IServiceCollection services) => services
        .AddSingleton<LoginBox>().AddSingleton<LoginHttp>().AddSingleton<LoginDiscovery>().AddSingleton<OAuthCalls>()
        .AddSingleton<LoginService>().AddSingleton<LoginReturn>().AddSingleton<LoginSweeper>().AddSingleton<LoginWaiters>()
        .AddSingleton<ITaskChangeListener>(static provider => provider.GetRequiredService<LoginWaiters>())
        .AddSingleton<IStartupStep>(static provider => provider.GetRequiredService<LoginWaiters>());
}
