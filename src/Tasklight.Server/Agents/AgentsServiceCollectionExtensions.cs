namespace Tasklight.Server.Agents;

static class AgentsServiceCollectionExtensions
{
    public static IServiceCollection AddTasklightAgents(this IServiceCollection services) => services.AddSingleton<AgentSecrets>().AddSingleton<AgentDirectory>().AddSingleton<OperationCaller>();
}
