using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;

namespace Tasklight.Agents.Session;

/// <summary>What the stored steps say: the conversation, the open calls, where the turn stands. A pure fold: the same steps give the same session.</summary>
internal sealed class AgentSession
{
    private readonly List<SessionEntry> _entries = [];
    private readonly Dictionary<string, CallState> _calls = new(StringComparer.Ordinal);

    public AgentSession(IEnumerable<Step> steps)
    {
        foreach (var step in steps)
        {
            Add(step);
        }
    }

    /// <summary>The number of the last step; 0 = there is none.</summary>
    public int Last { get; private set; }

    /// <summary>The conversation since the last summary, which comes first then.</summary>
    public IReadOnlyList<SessionEntry> Entries => _entries;

    /// <summary>Where the present turn stands.</summary>
    public TurnProgress Progress { get; private set; } = new();

    /// <summary>The present turn's request: its text and files.</summary>
    public TurnStep Request { get; private set; } = new();

    /// <summary>The last answer of the model when nothing came after it but its calls; null when it is the model's turn, or no turn has begun.</summary>
    public SessionEntry.Model? Answer => _entries.Count > 0 ? _entries[^1] as SessionEntry.Model : null;

    /// <summary>Calls of the last answer that have no result yet.</summary>
    public IReadOnlyList<CallState> OpenCalls => Answer is { } answer ? [.. answer.Calls.Where(call => call.Result is null)] : [];

    /// <summary>The question that ended the last turn, with the plan it interrupted; null once a turn has begun after it.</summary>
    public NoteStep? Question { get; private set; }

    /// <summary>It begins with a summary.</summary>
    public bool IsSummarised => _entries.Count > 0 && _entries[0] is SessionEntry.Summary;

    /// <summary>True for an id that a call of this session has.</summary>
    public bool HasCall(string id) => _calls.ContainsKey(id);

    /// <summary>The result that a step since the last summary holds; null when that step is none.</summary>
    public ToolResultStep? FindResult(int number) => _calls.Values.FirstOrDefault(call => call.ResultNumber == number)?.Result;

    /// <summary>Takes the next step in. Kinds it does not know are passed over.</summary>
    public void Add(Step step)
    {
        Last = step.Number;
        switch (step.Kind)
        {
            case SessionStepKinds.Turn:
                Begin(Read(step, SessionJson.Default.TurnStep));
                break;
            case SessionStepKinds.Model:
                Take(Read(step, SessionJson.Default.ModelStep));
                break;
            case SessionStepKinds.ToolStarted when Find(Read(step, SessionJson.Default.ToolStartedStep).CallId) is { } call:
                call.IsStarted = true;
                break;
            case SessionStepKinds.ToolResult:
                End(Read(step, SessionJson.Default.ToolResultStep), step.Number);
                break;
            case SessionStepKinds.Approval:
                Decide(Read(step, ProtocolJson.Default.ApprovalStep));
                break;
            case SessionStepKinds.Summary:
                Replace(Read(step, SessionJson.Default.SummaryStep));
                break;
            case SessionStepKinds.Note:
                Note(Read(step, SessionJson.Default.NoteStep));
                break;
            default:
                break;
        }
    }

    private static T Read<T>(Step step, JsonTypeInfo<T> type)
        where T : class =>
        step.Data.Deserialize(type) ?? throw new JsonException($"Step {step.Number} of the session, a {step.Kind}, is empty.");

    private void Begin(TurnStep turn)
    {
        Progress = Progress.Begin(turn);
        Request = turn;
        Question = null;
        _entries.Add(new SessionEntry.Turn(turn));
    }

    private void Take(ModelStep answer)
    {
        Progress = Progress.Spend(answer.PromptTokens, answer.CompletionTokens) with { ModelTurns = Progress.ModelTurns + 1 };
        var calls = answer.Calls.Select(call => new CallState(call)).ToList();
        foreach (var call in calls)
        {
            _calls[call.Call.Id] = call;
        }

        _entries.Add(new SessionEntry.Model(answer, calls));
    }

    private void End(ToolResultStep result, int number)
    {
        if (Find(result.CallId) is { } call)
        {
            (call.Result, call.ResultNumber) = (result, number);
        }

        // In the order of the answer, whichever call ended first.
        if (Answer is { Calls: var calls } && calls.All(call => call.Result is not null))
        {
            Progress = Progress.Use(calls.Where(call => !call.Result!.IsRefused).Select(call => call.Call.Name));
        }
    }

    private void Decide(ApprovalStep approval)
    {
        if (Find(approval.WaitNodeId) is { } call)
        {
            call.Approval = approval;
        }
    }

    private void Replace(SummaryStep summary)
    {
        _entries.Clear();
        _calls.Clear();
        Progress = summary.Progress;
        Request = new TurnStep { Turn = summary.Progress.Turn, Retry = summary.Progress.Retry, Text = summary.NewTaskPrompt, Files = summary.Files };
        _entries.Add(new SessionEntry.Summary(summary));
    }

    private void Note(NoteStep note)
    {
        switch (note.Reason)
        {
            case NoteStep.Question:
                Question = note;
                break;
            case NoteStep.NotMade when note.CallId is not null && Find(note.CallId) is { } call:
                call.IsStarted = false;
                break;
            case NoteStep.Repair:
                Progress = Progress with { Repairs = Progress.Repairs + 1 };
                break;
            default:
                break;
        }

        if (note is { Text: not null, Reason: not NoteStep.Question })
        {
            _entries.Add(new SessionEntry.Note(note));
        }
    }

    private CallState? Find(string callId) => _calls.GetValueOrDefault(callId);
}
