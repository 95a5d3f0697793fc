using System.Net.Sockets;

namespace Tasklight.Stub;

/// <summary>The way to a server, on which connections can get stuck: nobody refuses them, and nobody takes them.</summary>
internal sealed class BlockedRoad : IDisposable
{
    private int _blocked;

    public BlockedRoad() => Http = new HttpClient(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromMilliseconds(500),
        ConnectCallback = ConnectAsync,
        // A connection a call.
        PooledConnectionLifetime = TimeSpan.Zero,
    });

    public HttpClient Http { get; }

    /// <summary>How many of the next connections get stuck.</summary>
    public int Blocked
    {
        get => Math.Max(0, _blocked);
        set => _blocked = value;
    }

    public void Dispose() => Http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        if (Interlocked.Decrement(ref _blocked) >= 0)
        {
            await Until.CancelledAsync(ct);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
