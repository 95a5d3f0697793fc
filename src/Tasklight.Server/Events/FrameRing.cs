namespace Tasklight.Server.Events;

/// <summary>The newest frames of a task, bounded in number and bytes. Not thread-safe: <see cref="TaskFeed"/> holds the lock.</summary>
sealed class FrameRing(long from)
{
    public const int MaxFrames = 512;
    public const int MaxBytes = 1 << 20;

    EventFrame?[] _frames = [];
    int _head;
    int _count;
    int _bytes;

    /// <summary>Every event of the log above this number that was read so far is here.</summary>
    public long From { get; private set; } = from;

    /// <summary>Adds the next frame; the oldest make room, but the newest always stays.</summary>
    public void Append(EventFrame frame)
    {
        while (_count > 0 && (_count == MaxFrames || _bytes + frame.Bytes.Length > MaxBytes))
        {
            DropOldest();
        }

        if (_count == _frames.Length)
        {
            Grow();
        }

        _frames[(_head + _count) % _frames.Length] = frame;
        _count++;
        _bytes += frame.Bytes.Length;
    }

    /// <summary>
    /// Frames above a number that is not below <see cref="From"/>, as many as fit into <paramref name="into"/> and the byte budget, at least
    /// one if there is one. <paramref name="isAll"/> is true when the ring has no more.
    /// </summary>
    public int Take(long after, Span<EventFrame?> into, int budget, out bool isAll)
    {
        var taken = 0;
        var next = FirstAbove(after);
        for (; next < _count && taken < into.Length && budget > 0; next++)
        {
            var frame = At(next);
            into[taken++] = frame;
            budget -= frame.Bytes.Length;
        }

        isAll = next == _count;
        return taken;
    }

    /// <summary>Gives the frames back to memory; who needs them reads the log.</summary>
    public void Clear()
    {
        if (_count > 0)
        {
            From = At(_count - 1).Sequence;
        }

        _frames = [];
        (_head, _count, _bytes) = (0, 0, 0);
    }

    // Numbers rise by at least one a frame, so the distance in numbers is the most the index can be.
    int FirstAbove(long after)
    {
        if (_count == 0 || after < At(0).Sequence)
        {
            return 0;
        }

        var index = (int)Math.Min(_count, after - At(0).Sequence + 1);
        while (index > 0 && At(index - 1).Sequence > after)
        {
            index--;
        }

        return index;
    }

    EventFrame At(int index) => _frames[(_head + index) % _frames.Length]!;

    void DropOldest()
    {
        var oldest = At(0);
        From = oldest.Sequence;
        _bytes -= oldest.Bytes.Length;
        _frames[_head] = null;
        _head = (_head + 1) % _frames.Length;
        _count--;
    }

    void Grow()
    {
        var larger = new EventFrame?[Math.Max(4, Math.Min(MaxFrames, _frames.Length * 2))];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = At(i);
        }

        _frames = larger;
        _head = 0;
    }
}
