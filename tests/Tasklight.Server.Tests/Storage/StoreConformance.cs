using System.Collections.Immutable;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Storage;

/// <summary>
/// What a store promises, whatever it is made of. A back end is a subclass that gives a clean store; this file holds the words that the
/// tests are written in, each other part one group of verbs.
/// </summary>
public abstract partial class StoreConformance : IDisposable
{
    const string Org = "org-1";
    const string TheAgent = "agent-1";

    static readonly DateTimeOffset Start0 = new(2026, 5, 13, 10, 0, 0, TimeSpan.Zero);

    readonly TestClock _clock = new(Start0);
    Func<TaskRecord?, TaskCommand, TaskDecision> _decide = TaskMachine.Decide;
    StoreUnderTest? _store;

    private protected abstract StoreUnderTest Start(TimeProvider time, Func<TaskRecord?, TaskCommand, TaskDecision> decide);

    StoreUnderTest Store => _store ??= Start(_clock, (task, command) => _decide(task, command));

    ITaskStore Tasks => Store.Tasks;

    public void Dispose()
    {
        _store?.Dispose();
        GC.SuppressFinalize(this);
    }

    static DateTimeOffset At(double seconds) => Start0.AddSeconds(seconds);

    static TaskCommand.Create Create(string id, double at = 0, Action<AgentTaskFields>? with = null, Func<NewTurn, NewTurn>? turn = null, string org = Org)
    {
        var fields = new AgentTaskFields
        {
            Id = id,
            OrganizationId = org,
            AgentId = TheAgent,
            Source = "sdk",
            Input = new AgentExecutionInput { Text = "Summarise the report" },
        };
        with?.Invoke(fields);
        var made = new NewTurn(fields) { MayContinue = true };
        return new TaskCommand.Create(org, id, At(at), turn?.Invoke(made) ?? made);
    }

    static void ForUser(AgentTaskFields fields, string user) =>
        fields.Input = fields.Input with { User = new User { Id = user, Email = user + "@example.org" } };

    static TaskCommand.Save Save(string id, double at, AgentExecutionStatus status, string? result = null, string? lease = null) =>
        new(Org, id, At(at), result is null ? new TaskPatch { Status = status } : new TaskPatch { Status = status, Result = result }, lease);

    static TaskCommand.Push Push(string id, double at, params string[] texts) =>
        new(Org, id, At(at), [.. texts.Select(text => new EventDraft(TaskEventTypes.Chunk, At(at), Encoding.UTF8.GetBytes($"\"{text}\""), EventKind.Pushed))], null);

    static TaskCommand.Stop Stop(string id, double at) => new(Org, id, At(at), "tester");

    async Task<TaskOutcome> ApplyAsync(TaskCommand command) => await Tasks.ApplyAsync(command);

    /// <summary>The task after a command that must not be refused.</summary>
    async Task<TaskRecord> ChangeAsync(TaskCommand command) => (await ApplyAsync(command)).Decision switch
    {
        TaskDecision.Change change => change.Task,
        TaskDecision.Refusal refusal => throw new InvalidOperationException(refusal.Detail),
        _ => throw new InvalidOperationException("Neither a change nor a refusal."),
    };

    async Task<TaskDecision.Refusal> RefusedAsync(TaskCommand command) => Assert.IsType<TaskDecision.Refusal>((await ApplyAsync(command)).Decision);

    async Task<TaskRecord> ExecutingAsync(string id, string session = "session-1", double at = 0)
    {
        await ChangeAsync(Create(id, at));
        var offered = Assert.Single(await ClaimAsync(new Seat(session, 1, 0)));
        Assert.Equal(id, offered.Id);
        return await ChangeAsync(Save(id, at + 1, AgentExecutionStatus.Executing, lease: offered.Run!.Lease));
    }

    async Task<IReadOnlyList<TaskRecord>> ClaimAsync(params Seat[] seats) => await Tasks.ClaimAsync(Org, TheAgent, seats, At(1));

    async Task<TaskRecord?> FindAsync(string id, string org = Org) => await Tasks.FindAsync(org, id);

    async Task<IReadOnlyList<StoredEvent>> LogAsync(string id, long after = 0, int limit = 1_000, bool lifecycleOnly = false, string org = Org) =>
        await Tasks.ReadEventsAsync(org, id, after, limit, lifecycleOnly);

    async Task<string[]> ListAsync(TaskQuery query) => [.. (await Tasks.ListAsync(Org, query)).Items.Select(item => item.Id)];

    /// <summary>Everything of a record, as text: wire fields as a client sees them, then what the server keeps.</summary>
    static string Everything(TaskRecord task)
    {
        var rest = task with { Fields = Nothing, Created = Nothing, OpenBelow = [], Secrets = null };
        return $"{string.Join('|', task.OpenBelow)}\n{Encoding.UTF8.GetString(TaskFieldDiff.All(task.Fields))}\n{Encoding.UTF8.GetString(TaskFieldDiff.All(task.Created))}\n{rest}\n{Convert.ToHexString(task.Secrets ?? [])}";
    }

    static readonly AgentTaskFields Nothing = new();

    static string TextOf(StoredEvent stored) => Encoding.UTF8.GetString(stored.Data.Span);

    sealed class Recorder : ITaskChangeListener
    {
        public ImmutableList<TaskChange> Changes { get; private set; } = [];

        public void Committed(IReadOnlyList<TaskChange> changes) => Changes = Changes.AddRange(changes);
    }
}
