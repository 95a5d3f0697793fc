using System.Buffers;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

/// <summary>
/// Reads one task's log behind a position and renders its events. Lifecycle events are stored as changed fields, so the reader folds
/// them; it finds what it needs for that in the log by itself, and only when it meets such an event. Not for use by two at once.
/// </summary>
sealed class EventReader(ITaskStore store, TaskKey task, long after)
{
    const int LifecycleBatch = 64;

    // A read ends here: every lifecycle frame is a whole task, so few small events of a task with a large prompt can be many bytes.
    const int MaxBytes = 1 << 20;

    [ThreadStatic]
    static ArrayBufferWriter<byte>? _buffer;

    readonly byte[] _identity = FrameText.Identity(task.Organization, task.TaskId);
    TaskFold? _fold;

    /// <summary>The number of the last event read; the next one is above it.</summary>
    public long Position { get; private set; } = after;

    /// <summary>The next events in order, at most <paramref name="limit"/> and fewer when they are large; none only at the end of the log. When it throws, nothing was read.</summary>
    public async ValueTask<EventFrame[]> ReadAsync(int limit, CancellationToken cancel = default)
    {
        var events = await store.ReadEventsAsync(task.Organization, task.TaskId, Position, limit, cancel: cancel);
        if (events.Count == 0)
        {
            return [];
        }

        var frames = new EventFrame[events.Count];
        var count = 0;
        try
        {
            for (var bytes = 0; count < frames.Length && bytes < MaxBytes; count++)
            {
                var frame = events[count].Kind == EventKind.Lifecycle ? await LifecycleAsync(events, count, cancel) : Render(events[count], fold: null, endsTurn: false);
                frames[count] = frame;
                bytes += frame.Bytes.Length;
            }
        }
        catch
        {
            // Half of the batch may be folded already; the next read folds it again from the log.
            _fold = null;
            throw;
        }

        Position = events[count - 1].Sequence;
        Array.Resize(ref frames, count);
        return frames;
    }

    /// <summary>Gives the folded task back to memory; it is built again from the log when needed.</summary>
    public void Forget() => _fold = null;

    async ValueTask<EventFrame> LifecycleAsync(IReadOnlyList<StoredEvent> events, int index, CancellationToken cancel)
    {
        var e = events[index];
        if (e.Type == TaskEventTypes.TaskCreated)
        {
            (_fold ??= new TaskFold()).Clear();
        }

        _fold ??= await FoldBeforeAsync(e.Sequence, cancel);
        _fold.Apply(e.Data);
        var endsTurn = e.Type == TaskEventTypes.TaskFinished && await EndsTurnAsync(events, index, cancel);
        return Render(e, _fold, endsTurn);
    }

    async ValueTask<TaskFold> FoldBeforeAsync(long sequence, CancellationToken cancel)
    {
        var record = await store.FindAsync(task.Organization, task.TaskId, cancel);

        // Below the current turn lie older ones, and only the log knows where they began.
        var position = record is not null && record.TurnStart <= sequence ? record.TurnStart - 1 : 0;
        var fold = new TaskFold();
        while (true)
        {
            var events = await store.ReadEventsAsync(task.Organization, task.TaskId, position, LifecycleBatch, lifecycleOnly: true, cancel);
            foreach (var e in events)
            {
                if (e.Sequence >= sequence)
                {
                    return fold;
                }

                if (e.Type == TaskEventTypes.TaskCreated)
                {
                    fold.Clear();
                }

                fold.Apply(e.Data);
            }

            if (events.Count == 0)
            {
                return fold;
            }

            position = events[^1].Sequence;
        }
    }

    // A task_finished is the end of its turn unless the task was opened again behind it (stopped → paused) before the next turn began.
    async ValueTask<bool> EndsTurnAsync(IReadOnlyList<StoredEvent> events, int index, CancellationToken cancel)
    {
        for (var next = index + 1; events.Count > 0; next = 0)
        {
            for (; next < events.Count; next++)
            {
                if (Verdict(events[next]) is { } ends)
                {
                    return ends;
                }
            }

            events = await store.ReadEventsAsync(task.Organization, task.TaskId, events[^1].Sequence, LifecycleBatch, lifecycleOnly: true, cancel);
        }

        return true;
    }

    static bool? Verdict(StoredEvent later) => later switch
    {
        { Kind: not EventKind.Lifecycle } => null,
        { Type: TaskEventTypes.TaskCreated } => true,
        _ => StatusIn(later.Data.Span)?.IsTerminal() == false ? false : null,
    };

    static AgentExecutionStatus? StatusIn(ReadOnlySpan<byte> changedFields)
    {
        var reader = new Utf8JsonReader(changedFields, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("status"u8);
            reader.Read();
            if (found)
            {
                return AgentExecutionStatusExtensions.TryParseWire(reader.GetString(), out var status) ? status : null;
            }

            reader.Skip();
        }

        return null;
    }

    EventFrame Render(StoredEvent e, TaskFold? fold, bool endsTurn)
    {
        var output = _buffer ??= new ArrayBufferWriter<byte>(4096);
        output.ResetWrittenCount();
        var start = FrameText.Begin(output, e.Sequence, e.Type, _identity, e.Time);
        var data = output.WrittenCount;
        if (fold is null)
        {
            output.Write(e.Data.Span);
        }
        else
        {
            fold.Render(output);
        }

        // Everything is brought into this form before it is stored; a frame that is not would end the stream of every baseline client.
        if (!AsciiJson.IsOneAsciiLine(output.WrittenSpan[data..]))
        {
            var normal = AsciiJson.Normalize(output.WrittenSpan[data..]) ?? "null"u8.ToArray();
            output.ResetWrittenCount();
            FrameText.Begin(output, e.Sequence, e.Type, _identity, e.Time);
            output.Write(normal);
        }

        FrameText.End(output);
        var frame = new EventFrame(e.Sequence, e.Time, output.WrittenSpan.ToArray(), start, e.Reach(), endsTurn);
        if (output.Capacity > 1 << 20)
        {
            _buffer = null;
        }

        return frame;
    }
}
