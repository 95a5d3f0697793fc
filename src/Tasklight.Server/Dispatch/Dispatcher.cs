using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>Starts dispatch once the store is open, and ends it when the server stops.</summary>
sealed class Dispatcher(
    WorkerHub hub,
    WakingTime waking,
    Claimer claimer,
    ITaskStore store,
    ISessionStore sessions,
    RunEnds runs,
    SessionSweeper sessionSweeper,
    TaskSweeper taskSweeper,
    TaskPruner pruner,
    IHostApplicationLifetime lifetime) : IStartupStep
{
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        foreach (var (session, count) in await sessions.SessionsAsync(cancel))
        {
            IReadOnlyList<TaskRecord> held = count == 0 ? [] : await store.RunsOfAsync(session.Organization, session.Id, cancel);
            hub.Restore(session, held);
        }

        await runs.EndStraysAsync(cancel);
        hub.RunClaimsBy(claimer.Start);
        store.OfferTo(claimer);
        lifetime.ApplicationStopping.Register(Stop);
        _ = waking.Look();
        sessionSweeper.Start();
        pruner.Start();
        await taskSweeper.BeginAsync();
    }

    // First the jobs, so that nothing expires because the server is leaving; then the streams.
    void Stop()
    {
        _ = sessionSweeper.StopAsync();
        _ = taskSweeper.StopAsync();
        _ = pruner.StopAsync();
        hub.Stop();
    }
}
