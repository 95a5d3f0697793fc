using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

/// <summary>
/// Builds a task's activity thread from its log, across all turns (events §8). Pure: the same events give the same thread. What a worker
/// pushed in a shape that fits no variant is left out, because one odd entry would cost the baseline client the whole thread.
/// </summary>
sealed class ActivityFold(string taskId)
{
    readonly List<AgentActivityThreadEntry> _entries = [];
    readonly Dictionary<string, int> _openCalls = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _callsOfTurn = new(StringComparer.Ordinal);
    readonly Dictionary<string, Tokens> _tokens = new(StringComparer.Ordinal);
    DateTimeOffset _createdAt;
    User? _user;
    int _turn;
    string? _result;
    bool _asksUser;
    int _answer = -1;

    /// <summary>The thread of a whole log.</summary>
    public static AgentActivityThread Of(string taskId, IEnumerable<StoredEvent> log)
    {
        var fold = new ActivityFold(taskId);
        foreach (var e in log)
        {
            fold.Add(e);
        }

        return fold.Thread;
    }

    public AgentActivityThread Thread => new() { Id = taskId, CreatedAt = _createdAt, Messages = _entries, User = _user };

    /// <summary>Tokens of the answers, by the answer's id; only those that are known.</summary>
    public IReadOnlyDictionary<string, Tokens> Tokens => _tokens;

    /// <summary>Adds the next event of the log.</summary>
    public void Add(StoredEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.Lifecycle:
                AddLifecycle(e);
                break;
            case EventKind.Server or EventKind.Pushed:
                AddOther(e);
                break;
        }
    }

    void AddLifecycle(StoredEvent e)
    {
        var changed = TurnChange.Of(e.Data.Span);
        if (e.Type == TaskEventTypes.TaskCreated)
        {
            Begin(e, changed);
            return;
        }

        _result = changed.HasResult ? changed.Result : _result;
        _asksUser = changed.AsksUser ?? _asksUser;
        // A question to the user is the turn's answer until there is another one.
        var isAnswer = e.Type == TaskEventTypes.TaskFinished || (_asksUser && changed.Status == AgentExecutionStatus.Paused);
        if (isAnswer && !string.IsNullOrEmpty(_result))
        {
            Answer(e, _result);
        }

        // A metrics report may bring them after the end.
        if (changed.Tokens is { } tokens)
        {
            _tokens[AnswerId] = tokens;
        }
    }

    string AnswerId => $"{taskId}_agent_{_turn}";

    void Begin(StoredEvent e, TurnChange created)
    {
        _turn++;
        _callsOfTurn.Clear();
        _result = null;
        _asksUser = false;
        _answer = -1;
        if (_turn == 1)
        {
            _createdAt = created.CreatedAt ?? e.Time;
        }

        _user = created.Input?.User is { Email.Length: > 0 } user ? user : _user;
        var content = new AgentActivityThreadMessageContent { Text = created.Input?.Text, Files = created.Input?.Files ?? [] };
        _entries.Add(new AgentActivityThreadMessage { Id = $"{taskId}_user_{_turn}", CreatedAt = e.Time, Role = ActivityRole.User, Content = content });
    }

    // A turn that was opened again after its end has one answer: the last.
    void Answer(StoredEvent e, string result)
    {
        if (_answer >= 0)
        {
            Remove(_answer);
        }

        _answer = _entries.Count;
        var content = new AgentActivityThreadMessageContent { Text = result };
        _entries.Add(new AgentActivityThreadMessage { Id = AnswerId, CreatedAt = e.Time, Role = ActivityRole.Agent, Content = content });
    }

    void Remove(int index)
    {
        _entries.RemoveAt(index);
        MoveUp(_openCalls, index);
        MoveUp(_callsOfTurn, index);
    }

    static void MoveUp(Dictionary<string, int> calls, int removed)
    {
        foreach (var (call, at) in calls)
        {
            calls[call] = at > removed ? at - 1 : at;
        }
    }

    void AddOther(StoredEvent e)
    {
        if (e.Type is TaskEventTypes.Chunk or TaskEventTypes.PlanUpdated or TaskEventTypes.TaskCompactization || !TryParse(e, out var data))
        {
            return;
        }

        switch (e.Type)
        {
            case TaskEventTypes.ToolCallRequest:
                AddCall(e, data);
                break;
            case TaskEventTypes.ToolCallResult:
                AddCallResult(e, data);
                break;
            default:
                if (ActivityEntries.Of(e.Type, $"{taskId}_event_{e.Sequence}", e.Time, data) is { } entry)
                {
                    _entries.Add(entry);
                }

                break;
        }
    }

    void AddCall(StoredEvent e, JsonElement data)
    {
        if (ActivityEntries.ToolCall(e.Time, data) is not { } call)
        {
            return;
        }

        // A worker that was cut off in a call makes it again: the same call, told twice.
        if (_callsOfTurn.TryGetValue(call.Id, out var known))
        {
            _openCalls[call.Id] = known;
            _entries[known] = call with { CreatedAt = _entries[known].CreatedAt };
            return;
        }

        _openCalls[call.Id] = _callsOfTurn[call.Id] = _entries.Count;
        _entries.Add(call);
    }

    // A result repeats its request, so one whose request is lost still tells the whole story.
    void AddCallResult(StoredEvent e, JsonElement data)
    {
        if (ActivityEntries.ToolCall(e.Time, data) is not { } call)
        {
            return;
        }

        var result = data.TryGetProperty("result"u8, out var value) ? value : (JsonElement?)null;
        var isError = data.TryGetProperty("is_error"u8, out var error) && error.ValueKind == JsonValueKind.True;
        if (_openCalls.Remove(call.Id, out var index))
        {
            _entries[index] = (AgentActivityThreadToolCall)_entries[index] with { Result = result, IsError = isError };
            return;
        }

        // Told again by a worker that was cut off before it could store it.
        if (_callsOfTurn.TryGetValue(call.Id, out var known))
        {
            _entries[known] = call with { CreatedAt = _entries[known].CreatedAt, Result = result, IsError = isError };
            return;
        }

        _callsOfTurn[call.Id] = _entries.Count;
        _entries.Add(call with { Result = result, IsError = isError });
    }

    static bool TryParse(StoredEvent e, out JsonElement data)
    {
        try
        {
            data = JsonElement.Parse(e.Data.Span, new JsonDocumentOptions { MaxDepth = 256 });
            return true;
        }
        catch (JsonException)
        {
            data = default;
            return false;
        }
    }
}
