namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// The latest events of one task, without a gap up to the last one. Appending makes a new tail that shares the array with the old one: readers of
/// the old one never look behind its end, and only the newest tail is ever appended to.
/// </summary>
readonly struct EventTail
{
    const int MaxEvents = 512;
    const int MaxBytes = 256 * 1024;

    // What an event costs beside its data.
    const int EventBytes = 120;

    readonly StoredEvent[]? _events;
    readonly int _start;
    readonly int _end;

    EventTail(StoredEvent[] events, int start, int end, int bytes) => (_events, _start, _end, Bytes) = (events, start, end, bytes);

    /// <summary>About how much memory the events take.</summary>
    public int Bytes { get; }

    /// <summary>The sequence of the first event here; 0 when there is none.</summary>
    public long First => _start < _end ? _events![_start].Sequence : 0;

    public EventTail Append(List<StoredEvent> added)
    {
        var bytes = Bytes;
        for (var i = 0; i < added.Count; i++)
            bytes += EventBytes + added[i].Data.Length;

        var fits = _events is not null && _end + added.Count <= _events.Length;
        if (fits && _end - _start + added.Count <= MaxEvents && bytes <= MaxBytes)
        {
            added.CopyTo(_events!, _end);
            return new EventTail(_events!, _start, _end + added.Count, bytes);
        }

        return Rebuild(added);
    }

    /// <summary>Events above <paramref name="after"/>, at most <paramref name="limit"/>; null when some of them are no longer here.</summary>
    public ArraySegment<StoredEvent>? After(long after, int limit)
    {
        if (_start == _end || after + 1 < First)
            return null;
        var from = (int)Math.Min(_end, _start + (after + 1 - First));
        return new ArraySegment<StoredEvent>(_events!, from, Math.Min(limit, _end - from));
    }

    // Keeps the newest that fit, at most half of the bound, so that rebuilding stays rare.
    EventTail Rebuild(List<StoredEvent> added)
    {
        var held = _end - _start;
        var total = held + added.Count;
        var count = 0;
        var bytes = 0;
        while (count < total && (total <= MaxEvents / 2 || count < MaxEvents / 2))
        {
            var size = EventBytes + At(total - count - 1, held, added).Data.Length;
            if (bytes + size > (total == 1 ? MaxBytes : MaxBytes / 2))
                break;
            bytes += size;
            count++;
        }

        var events = new StoredEvent[Math.Max(4, count * 2)];
        for (var i = 0; i < count; i++)
            events[i] = At(total - count + i, held, added);
        return new EventTail(events, 0, count, bytes);
    }

    StoredEvent At(int index, int held, List<StoredEvent> added) => index < held ? _events![_start + index] : added[index - held];
}
