using System.Net;
using System.Net.Sockets;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>
/// A slow wire between one process and the server: bytes pass in small pieces with pauses, wherever frames begin and end. It can be cut
/// (every connection reset in the middle of whatever it carries), held (nothing passes, nothing breaks) and released.
/// </summary>
sealed class FlakyProxy : IAsyncDisposable
{
    const int Piece = 16 * 1024;

    readonly TcpListener _listener;
    readonly CancellationTokenSource _end = new();
    readonly Lock _lock = new();
    readonly Gate _gate = new();
    readonly HashSet<Socket> _sockets = [];
    readonly Uri _server;
    readonly Random _random;
    readonly Task _accepting;

    public FlakyProxy(Uri server, int seed, int? port = null)
    {
        (_server, _random, _listener) = (server, new Random(seed), new(IPAddress.Loopback, port ?? FreePorts.Take()));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>The longest pause before a piece.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(4);

    /// <summary>Connections cut so far, while they were open.</summary>
    public int Cuts { get; private set; }

    /// <summary>Resets everything that is open. New connections are taken.</summary>
    public void Cut()
    {
        Socket[] open;
        lock (_lock)
        {
            open = [.. _sockets];
            _sockets.Clear();
            Cuts += open.Length;
        }

        foreach (var socket in open)
            socket.Reset();
    }

    /// <summary>From now on nothing passes.</summary>
    public void Hold() => _gate.Hold();

    /// <summary>What was held passes.</summary>
    public void Release() => _gate.Release();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Release();
        _listener.Stop();
        Cut();
        await _accepting;
        _end.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    async Task ServeAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_lock)
        {
            _sockets.Add(client);
            _sockets.Add(server);
        }

        try
        {
            await PassAsync();
            await server.ConnectAsync(IPAddress.Parse(_server.Host), _server.Port, _end.Token);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server is not there: so is this connection.
        }

        lock (_lock)
        {
            _sockets.Remove(client);
            _sockets.Remove(server);
        }

        client.Reset();
        server.Reset();
    }

    async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[Piece];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
            {
                await PassAsync();
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _end.Token);
            }

            // An orderly end stays one; the other direction may still have something to say.
            to.Shutdown(SocketShutdown.Send);
            await Until.CancelledAsync(_end.Token);
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cut, or over.
        }
    }

    async Task PassAsync()
    {
        TimeSpan pause;
        lock (_lock)
            pause = Latency * _random.NextDouble();

        await _gate.PassAsync(_end.Token);
        // The slow wire itself.
        await Task.Delay(pause, _end.Token);
    }
}
