using Tasklight.Server.Hosting;

namespace Tasklight.Server.Access;

static class AccessServiceCollectionExtensions
{
    /// <summary>Keys, organizations and secrets. Needs the store to be open: register storage before.</summary>
    public static IServiceCollection AddTasklightAccess(this IServiceCollection services, TasklightOptions options)
    {
        services.AddSingleton(options.Bootstrap).AddSingleton(options.Limits).AddSingleton(options.Prices).AddSingleton(options.Fetch);
        services.AddSingleton<MasterKey>().AddSingleton<ISecretBox, SecretBox>().AddSingleton<TaskSecrets>();
        services.AddSingleton<KeyRing>().AddSingleton<RootOrganization>();
        return services.AddStartupStep<Bootstrap>().AddStartupStep<KeyUseWriter>();
    }
}
