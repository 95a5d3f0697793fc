using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>Serves one worker stream from its headers to its end (design §3, "Coming back").</summary>
sealed class WorkerReception(WorkerHub hub, ITaskStore store, ISessionStore sessions, DispatchOptions options, ILogger<WorkerReception> logger)
{
    public async Task ServeAsync(HttpContext context, WorkerGreeting greeting)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        var stream = hub.NewStream();
        await using var left = context.RequestAborted.UnsafeRegister(static stream => ((WorkerStream)stream!).End(), stream);
        WorkerSession? session = null;
        try
        {
            // Headers go out before anything is known: a baseline worker that waits for them counts a failure.
            await response.BodyWriter.FlushAsync(context.RequestAborted);
            session = await SeatAsync(greeting, stream);
            await stream.PumpAsync(response);
        }
        catch (OperationCanceledException)
        {
            // The peer is gone, or did not take its last frames while the server was stopping.
            context.Abort();
        }
        finally
        {
            stream.End();
            // A trial may have given the stream to another session than it began with.
            (stream.Session ?? session)?.Detach(stream);
        }
    }

    /// <summary>Gives the stream a session and its registration. Null when it ends without one.</summary>
    async ValueTask<WorkerSession?> SeatAsync(WorkerGreeting greeting, WorkerStream stream)
    {
        if (options.EnvironmentConflict && hub.HasOtherEnvironment(greeting))
        {
            stream.Send(new WorkerFrame.Conflict($"Agent '{greeting.Agent.AgentId}' has a worker in another environment than '{greeting.Environment}'. Stop it first, or allow both (sessions-environment-conflict)."));
            stream.End();
            return null;
        }

        var (session, waiting) = hub.Connect(greeting, stream);
        if (waiting is not null)
        {
            session = await waiting.Session;
        }

        if (session is null)
        {
            return await OpenAsync(greeting, stream);
        }

        // The registration is on its way; what the session missed follows it.
        await ResumeAsync(session, stream);
        return session;
    }

    async ValueTask<WorkerSession?> OpenAsync(WorkerGreeting greeting, WorkerStream stream)
    {
        if (stream.IsEnded || hub.IsStopping)
        {
            stream.End();
            return null;
        }

        var session = hub.Open(greeting);
        try
        {
            // Stored first: a run must never name a session that a restart does not know.
            await sessions.SaveSessionAsync(session.Stored);
        }
        catch (StoreUnavailableException problem)
        {
            logger.NotRegistered(problem, greeting.Agent.AgentId);
            hub.TryRemove(session);
            stream.End();
            return null;
        }

        hub.Attach(session, stream);
        logger.Connected(session.Id, greeting.Agent.AgentId, session.IsBaseline ? "baseline" : "tasklight", greeting.Slots);
        return session;
    }

    async Task ResumeAsync(WorkerSession session, WorkerStream stream)
    {
        logger.Connected(session.Id, session.Stored.AgentId, "continued", session.Stored.Slots);
        session.Resend(stream, await store.RunsOfAsync(session.Organization, session.Id));
    }
}
