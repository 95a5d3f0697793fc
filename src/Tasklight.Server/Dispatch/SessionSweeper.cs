using System.Globalization;
using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>What time does to sessions: they expire, unconfirmed offers of adopted ones go to others, open streams get a sign of life.</summary>
sealed class SessionSweeper(WorkerHub hub, RunEnds ends, WorkerReports reports, ISessionStore sessions, TimeProvider time, WakingTime waking, DispatchOptions options, ILogger<SessionSweeper> logger)
    : PeriodicJob(time, options.SessionSweep, logger)
{
    static readonly TimeSpan WorthALine = TimeSpan.FromSeconds(1);

    readonly TimeProvider _time = time;
    long _keptAlive = time.GetTimestamp();

    public override async Task RunAsync()
    {
        var missed = waking.Look();
        if (missed >= WorthALine)
        {
            logger.StoodStill(missed.TotalSeconds);
        }

        var due = hub.Sweep(IsTimeForKeepAlive());
        foreach (var session in due.Expired)
        {
            // Not awaited: many tasks of one worker must not keep those of the next one waiting.
            _ = CloseAsync(session);
        }

        foreach (var (session, run) in due.Unconfirmed)
        {
            await ends.EndAsync(session, run, "the worker that came back did not confirm the task");
        }

        foreach (var session in due.Spent)
        {
            await reports.SettleAsync(session);
        }

        foreach (var session in due.Unsaved)
        {
            await SaveAsync(session);
        }
    }

    bool IsTimeForKeepAlive()
    {
        if (_time.GetElapsedTime(_keptAlive) < options.KeepAlive)
        {
            return false;
        }

        _keptAlive = _time.GetTimestamp();
        return true;
    }

    async Task CloseAsync(WorkerSession session)
    {
        var silence = waking.GetElapsedTime(session.Heard).TotalSeconds;
        try
        {
            await ends.CloseAsync(session, session.IsLeaving ? "the worker left" : string.Create(CultureInfo.InvariantCulture, $"the worker was not heard for {silence:0} s"));
        }
#pragma warning disable CA1031 // Nobody awaits it; the session stays gone and the next sweep tries again.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            logger.SessionNotClosed(problem, session.Id);
            hub.TryRemove(session);
        }
    }

    async Task SaveAsync(WorkerSession session)
    {
        try
        {
            await sessions.SaveSessionAsync(session.Stored);
        }
        catch (StoreUnavailableException)
        {
            lock (session.Agent.Gate)
            {
                session.IsUnsaved = true;
            }
        }
    }
}
