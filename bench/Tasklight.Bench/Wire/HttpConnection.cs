using System.Text;

namespace Tasklight.Bench.Wire;

/// <summary>
/// One keep-alive connection, one exchange at a time, written for little processor time: the load generator shares the machine with the server.
/// </summary>
sealed class HttpConnection(Endpoint endpoint, int size = 16 * 1024) : IDisposable
{
    SocketBuffer? _socket;
    byte[] _request = new byte[4096];
    byte[] _body = [];
    int _length;

    /// <summary>Header lines of the next requests, each with its line end; empty for none.</summary>
    public string ExtraHeaders { get; set; } = "";

    public int Status { get; private set; }

    /// <summary>The last answer's body, until the next call.</summary>
    public ReadOnlySpan<byte> Body => _body.AsSpan(0, _length);

    /// <summary>One request and its answer. Connects when need be, once more when an idle connection turned out to be closed.</summary>
    /// <exception cref="HttpFailure">The status is 400 or more.</exception>
    public async ValueTask CallAsync(string method, string path, ReadOnlyMemory<byte> content = default)
    {
        var fresh = _socket is null;
        try
        {
            await ExchangeAsync(method, path, content);
        }
        catch (Exception problem) when (!fresh && problem is IOException or System.Net.Sockets.SocketException)
        {
            Close();
            await ExchangeAsync(method, path, content);
        }
        catch
        {
            Close();
            throw;
        }

        if (Status >= 400) throw new HttpFailure(Status, Encoding.UTF8.GetString(Body[..Math.Min(300, _length)]));
    }

    public void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    public void Dispose() => Close();

    async ValueTask ExchangeAsync(string method, string path, ReadOnlyMemory<byte> content)
    {
        _socket ??= await SocketBuffer.ConnectAsync(endpoint, size);
        await _socket.SendAsync(Request(method, path, content.Span));
        var head = await _socket.ReadHeadAsync();
        Status = head.Status;
        _length = 0;
        if (head.Chunked) await ReadChunksAsync(_socket);
        else await ReadPlainAsync(_socket, head.Length);
        if (head.Close) Close();
    }

    ReadOnlyMemory<byte> Request(string method, string path, ReadOnlySpan<byte> content)
    {
        var most = method.Length + path.Length + endpoint.Headers.Length + ExtraHeaders.Length + content.Length + 100;
        if (_request.Length < most) _request = new byte[most * 2];
        var length = RequestHead.Write(_request, endpoint, method, path, ExtraHeaders, method == "GET" ? -1 : content.Length);
        content.CopyTo(_request.AsSpan(length));
        return _request.AsMemory(0, length + content.Length);
    }

    async ValueTask ReadPlainAsync(SocketBuffer socket, int length)
    {
        for (var left = length; left != 0;)
        {
            if (socket.Unread.IsEmpty && !await socket.FillAsync())
            {
                if (length < 0) return;
                throw new IOException("The connection ended inside an answer.");
            }

            left -= Take(socket, left < 0 ? int.MaxValue : left);
            if (length < 0) left = -1;
        }
    }

    async ValueTask ReadChunksAsync(SocketBuffer socket)
    {
        while (true)
        {
            var chunk = await socket.ReadChunkSizeAsync();
            for (var left = chunk; left > 0; left -= Take(socket, left)) await socket.NeedAsync(1);
            await socket.NeedAsync(2);
            socket.Skip(2);
            if (chunk == 0) return;
        }
    }

    int Take(SocketBuffer socket, int most)
    {
        var unread = socket.Unread;
        if (unread.Length > most) unread = unread[..most];
        if (_body.Length < _length + unread.Length) Array.Resize(ref _body, Math.Max(_length + unread.Length, _body.Length * 2));
        unread.CopyTo(_body.AsSpan(_length));
        _length += unread.Length;
        socket.Skip(unread.Length);
        return unread.Length;
    }
}
