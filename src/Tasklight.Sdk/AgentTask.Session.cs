using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <content>The durable session: what a run stored, for the run that goes on after it.</content>
public sealed partial class AgentTask
{
    /// <summary>The steps stored for this task, from the last summary on. Steps outlive runs and turns. Needs a key of scope worker.</summary>
    /// <param name="all">Begin with the first step ever, not with the last summary.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<TaskSession> GetSessionAsync(bool all = false, CancellationToken ct = default)
    {
        var session = await _link.Transport.SendAsync(ReadingSession(all, after: null), ct).ConfigureAwait(false);
        while (session.Next is { } next)
        {
            session = Joined(session, await _link.Transport.SendAsync(ReadingSession(all, next), ct).ConfigureAwait(false));
        }

        return session;
    }

    /// <inheritdoc cref="GetSessionAsync"/>
    public TaskSession GetSession(bool all = false, CancellationToken ct = default)
    {
        var session = _link.Transport.Send(ReadingSession(all, after: null), ct);
        while (session.Next is { } next)
        {
            session = Joined(session, _link.Transport.Send(ReadingSession(all, next), ct));
        }

        return session;
    }

    /// <summary>
    /// Stores the next steps and counts what they used. Steps that were stored before, with the same content, are answered as if they were new
    /// and counted once, so a repetition is safe. The object's own fields do not change.
    /// </summary>
    /// <param name="steps">1 to 100; their numbers follow each other and the last one stored.</param>
    /// <param name="usage">What they used; null when nothing.</param>
    /// <param name="ct">Ends the call; the steps may have been stored all the same.</param>
    /// <exception cref="LeaseLostException">In a worker: the task is no longer this worker's.</exception>
    /// <exception cref="TaskConflictException">
    /// <c>session_conflict</c>: the numbers do not fit. <c>budget_reached</c>: the steps are stored, and the run is over.
    /// </exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<SessionSaved> AppendSessionAsync(IReadOnlyList<SessionStep> steps, SessionUsage? usage = null, CancellationToken ct = default) =>
        _link.WriteAsync(AppendingSession(steps, usage), ct);

    /// <inheritdoc cref="AppendSessionAsync"/>
    /// <exception cref="InvalidOperationException">In a worker's handler, whose events are sent before a save: use <see cref="AppendSessionAsync"/>.</exception>
    public SessionSaved AppendSession(IReadOnlyList<SessionStep> steps, SessionUsage? usage = null, CancellationToken ct = default) =>
        _link.WriteHere(AppendingSession(steps, usage), ct);

    private static TaskSession Joined(TaskSession before, TaskSession page) => page with { Steps = [.. before.Steps, .. page.Steps] };

    private Call<TaskSession> ReadingSession(bool all, int? after) => new(TaskRequests.Session(Id, all, after), ProtocolJson.Default.TaskSession);

    private Call<SessionSaved> AppendingSession(IReadOnlyList<SessionStep> steps, SessionUsage? usage) =>
        new(TaskRequests.AppendSession(Id, new AppendSessionRequest { Steps = steps, Usage = usage }), ProtocolJson.Default.SessionSaved);
}
