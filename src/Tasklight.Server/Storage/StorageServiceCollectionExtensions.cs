using Tasklight.Server.Hosting;
using Tasklight.Server.Storage.Sqlite;

namespace Tasklight.Server.Storage;

static class StorageServiceCollectionExtensions
{
    /// <summary>The store, closed until its startup step: nothing may touch it before.</summary>
    public static IServiceCollection AddTasklightStorage(this IServiceCollection services)
    {
        services.AddSingleton<OldSecrets>();
        services.AddSingleton(static provider => new SqliteOptions(provider.GetRequiredService<DataDirectory>().File("tasklight.db"))
        {
            // Found when it is needed: it needs the key that seals.
            Upgrades = new Dictionary<int, Action<SqliteConnection>> { [OldSecrets.Schema] = connection => provider.GetRequiredService<OldSecrets>().Seal(connection) },
        });
        services.AddSingleton(static provider => new SqliteStore(
            provider.GetRequiredService<SqliteOptions>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqliteStore>>()));
        services.AddSingleton<ITaskStore>(static provider => provider.GetRequiredService<SqliteStore>());
        services.AddSingleton<ISessionStore>(static provider => provider.GetRequiredService<SqliteStore>());
        services.AddSingleton<IDirectoryStore>(static provider => provider.GetRequiredService<SqliteStore>());
        services.AddSingleton<ILoginStore>(static provider => provider.GetRequiredService<SqliteStore>());
        return services.AddStartupStep<StoreOpening>();
    }
}
