namespace Tasklight.Bench.Wire;

/// <summary>A server-sent event stream. <see cref="Name"/>, <see cref="Id"/> and <see cref="Data"/> are valid until the next call.</summary>
sealed class EventStream : IDisposable
{
    readonly SocketBuffer _socket;
    readonly bool _chunked;
    byte[] _text;
    int _start, _end;
    int _chunkLeft;
    bool _betweenChunks, _lastChunk;
    Range _name, _id, _data;

    EventStream(SocketBuffer socket, bool chunked, int size)
    {
        _socket = socket;
        _chunked = chunked;
        _text = new byte[size];
    }

    public ReadOnlySpan<byte> Name => _text.AsSpan(_name);

    public ReadOnlySpan<byte> Id => _text.AsSpan(_id);

    public ReadOnlySpan<byte> Data => _text.AsSpan(_data);

    /// <summary>Opens the stream and reads its head.</summary>
    /// <exception cref="HttpFailure">The server refused.</exception>
    public static async ValueTask<EventStream> OpenAsync(Endpoint endpoint, string path, string headers = "", int size = 4096)
    {
        var socket = await SocketBuffer.ConnectAsync(endpoint, size);
        try
        {
            var request = new byte[1024 + path.Length + headers.Length];
            var length = RequestHead.Write(request, endpoint, "GET", path, headers + "Accept: text/event-stream\r\nCache-Control: no-store\r\n", -1);
            await socket.SendAsync(request.AsMemory(0, length));
            var head = await socket.ReadHeadAsync();
            if (head.Status >= 400) throw new HttpFailure(head.Status, "GET " + path);
            return new EventStream(socket, head.Chunked, size);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the next event that has data; false at the end of the stream.</summary>
    public async ValueTask<bool> NextAsync()
    {
        while (!TakeFrame())
            if (!await ReadMoreAsync()) return false;
        return true;
    }

    public void Dispose() => _socket.Dispose();

    bool TakeFrame()
    {
        _name = _id = _data = default;
        var hasData = false;
        for (var at = _start; ;)
        {
            var line = _text.AsSpan(at, _end - at);
            var length = line.IndexOf((byte)'\n');
            if (length < 0) return false;
            line = line[..length];
            if (line.EndsWith("\r"u8)) line = line[..^1];
            if (line.IsEmpty)
            {
                _start = at + length + 1;
                if (hasData) return true;
            }
            else if (line.StartsWith("data:"u8))
            {
                _data = ValueOf(line, at, 5);
                hasData = true;
            }
            else if (line.StartsWith("event:"u8)) _name = ValueOf(line, at, 6);
            else if (line.StartsWith("id:"u8)) _id = ValueOf(line, at, 3);
            at += length + 1;
        }
    }

    static Range ValueOf(ReadOnlySpan<byte> line, int at, int label)
    {
        var start = line.Length > label && line[label] == ' ' ? label + 1 : label;
        return new Range(at + start, at + line.Length);
    }

    async ValueTask<bool> ReadMoreAsync()
    {
        if (_lastChunk) return false;
        if (_socket.Unread.IsEmpty && !await _socket.FillAsync()) return false;
        if (!_chunked)
        {
            Append(_socket.Unread.Length);
            return true;
        }

        while (!_socket.Unread.IsEmpty)
        {
            if (_chunkLeft == 0 && !await BeginChunkAsync()) return !_lastChunk || _end > _start;
            if (_socket.Unread.IsEmpty) return true;
            var length = Math.Min(_chunkLeft, _socket.Unread.Length);
            Append(length);
            _chunkLeft -= length;
        }

        return true;
    }

    async ValueTask<bool> BeginChunkAsync()
    {
        if (_betweenChunks)
        {
            await _socket.NeedAsync(2);
            _socket.Skip(2);
            _betweenChunks = false;
            if (_socket.Unread.IsEmpty) return false;
        }

        _chunkLeft = await _socket.ReadChunkSizeAsync();
        _lastChunk = _chunkLeft == 0;
        _betweenChunks = true;
        return !_lastChunk;
    }

    void Append(int length)
    {
        if (_end + length > _text.Length)
        {
            Buffer.BlockCopy(_text, _start, _text, 0, _end - _start);
            _end -= _start;
            _start = 0;
            if (_end + length > _text.Length) Array.Resize(ref _text, Math.Max(_end + length, _text.Length * 2));
        }

        _socket.Unread[..length].CopyTo(_text.AsSpan(_end));
        _socket.Skip(length);
        _end += length;
    }
}
