using System.Net.Sockets;

namespace Tasklight.Bench.Wire;

/// <summary>A connected socket with the bytes that arrived and were not yet used.</summary>
sealed class SocketBuffer : IDisposable
{
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    byte[] _bytes;
    int _start, _end;

    SocketBuffer(int size) => _bytes = new byte[size];

    public static async ValueTask<SocketBuffer> ConnectAsync(Endpoint endpoint, int size)
    {
        var buffer = new SocketBuffer(size);
        try
        {
            await buffer._socket.ConnectAsync(endpoint.Address);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    public void Skip(int count) => _start += count;

    /// <summary>Waits for more bytes; false when the other side ended the connection.</summary>
    public async ValueTask<bool> FillAsync()
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _bytes.Length) MakeRoom();
        var read = await _socket.ReceiveAsync(_bytes.AsMemory(_end));
        _end += read;
        return read > 0;
    }

    /// <summary>Waits until at least <paramref name="count"/> bytes are unread.</summary>
    public async ValueTask NeedAsync(int count)
    {
        while (_end - _start < count)
            if (!await FillAsync()) throw new IOException("The connection ended inside an answer.");
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    public async ValueTask<ResponseHead> ReadHeadAsync()
    {
        int end;
        while ((end = Unread.IndexOf("\r\n\r\n"u8)) < 0)
            if (!await FillAsync()) throw new IOException("The connection ended before the answer.");
        var head = ResponseHead.Parse(Unread[..(end + 2)]);
        Skip(end + 4);
        return head;
    }

    /// <summary>Reads the line that begins a chunk.</summary>
    public async ValueTask<int> ReadChunkSizeAsync()
    {
        int end;
        while ((end = Unread.IndexOf("\r\n"u8)) < 0)
            if (!await FillAsync()) return 0;
        if (!System.Buffers.Text.Utf8Parser.TryParse(Unread[..end], out int size, out _, 'x')) throw new IOException("A chunk has no size.");
        Skip(end + 2);
        return size;
    }

    public void Dispose() => _socket.Dispose();

    void MakeRoom()
    {
        if (_start == 0)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
            return;
        }

        Buffer.BlockCopy(_bytes, _start, _bytes, 0, _end - _start);
        _end -= _start;
        _start = 0;
    }
}
