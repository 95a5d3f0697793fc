using Tasklight.Server.Hosting;
using Tasklight.Server.Storage.Sqlite;

namespace Tasklight.Server.Storage;

/// <summary>Opens the store, migrations included, and tells it who listens. The first startup step.</summary>
sealed class StoreOpening(SqliteStore store, IEnumerable<ITaskChangeListener> listeners) : IStartupStep
{
    public ValueTask StartAsync(CancellationToken cancel)
    {
        try
        {
            store.Listener = new TaskChangeListeners([.. listeners]);
            store.Open();
            return ValueTask.CompletedTask;
        }
        catch (StoreUnavailableException problem)
        {
            throw new StartupException(problem.Message, problem);
        }
    }
}
