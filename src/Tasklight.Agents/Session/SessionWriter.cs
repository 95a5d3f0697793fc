using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Session;

/// <summary>Stores steps one after the other, and takes each into the session once it is stored. Tool calls that end at the same time may use it at the same time.</summary>
internal sealed class SessionWriter : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly AgentTask _task;

    private SessionWriter(AgentTask task, AgentSession session) => (_task, Session) = (task, session);

    /// <summary>What is stored.</summary>
    public AgentSession Session { get; }

    /// <summary>Loads what is stored of the task's session.</summary>
    /// <exception cref="ModuleException">It could not be loaded.</exception>
    public static async Task<SessionWriter> OpenAsync(AgentTask task, CancellationToken ct)
    {
        var stored = await task.GetSessionAsync(ct: ct).ConfigureAwait(false);
        return new SessionWriter(task, new AgentSession(stored.Steps.Select(Read)));
    }

    /// <summary>Stores a step, with what it used.</summary>
    /// <inheritdoc cref="AddAsync(IReadOnlyList{Step}, SessionUsage, CancellationToken)" path="/exception"/>
    public Task AddAsync<T>(string kind, T data, JsonTypeInfo<T> type, SessionUsage? usage = null, CancellationToken ct = default) =>
        AddAsync([Draft(kind, data, type)], usage, ct);

    /// <summary>Stores steps together, with what they used; their numbers are given here.</summary>
    /// <exception cref="LeaseLostException">The task is no longer this worker's.</exception>
    /// <exception cref="ModuleException">They could not be stored. Code <c>budget_reached</c>: they are stored, and the task goes no further.</exception>
    public async Task AddAsync(IReadOnlyList<Step> drafts, SessionUsage? usage = null, CancellationToken ct = default)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var steps = drafts.Select((draft, place) => draft with { Number = Session.Last + 1 + place }).ToList();
            await _task.AppendSessionAsync([.. steps.Select(step => new SessionStep { Number = step.Number, Kind = step.Kind, Data = step.Data })], usage, ct).ConfigureAwait(false);
            steps.ForEach(Session.Add);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A step that has no number yet.</summary>
    public static Step Draft<T>(string kind, T data, JsonTypeInfo<T> type) => new(0, kind, JsonSerializer.SerializeToElement(data, type));

    /// <summary>The result of a call that came before the last summary, or after it; null when no step of that number is one.</summary>
    /// <exception cref="ModuleException">The session could not be loaded.</exception>
    public async Task<ToolResultStep?> FindResultAsync(int number, CancellationToken ct)
    {
        if (Session.FindResult(number) is { } known)
        {
            return known;
        }

        var stored = await _task.GetSessionAsync(all: true, ct).ConfigureAwait(false);
        return stored.Steps.FirstOrDefault(step => step.Number == number && step.Kind == SessionStepKinds.ToolResult)?.Data.Deserialize(SessionJson.Default.ToolResultStep);
    }

    public void Dispose() => _gate.Dispose();

    private static Step Read(SessionStep step) => new(step.Number, step.Kind, step.Data);
}
