using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>
/// Everything between one foreign process and the server. It can be cut (sockets reset, connections refused) and mended, held (nothing
/// passes, nothing breaks: a frozen process) and released, and can do harm to single requests. It keeps what was sent.
/// </summary>
sealed class Network : DelegatingHandler
{
    readonly Lock _lock = new();
    readonly Gate _gate = new();
    readonly IPAddress _from;
    readonly List<Socket> _sockets = [];
    readonly List<RecordedCall> _calls = [];
    bool _isCut;
    bool _isDead;

    /// <summary>The network of a process on a machine of this loopback address.</summary>
    public Network(IPAddress? from = null)
    {
        _from = from ?? IPAddress.Loopback;

        // The client opens a connection for every call and follows no redirects.
        InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
        };
    }

    /// <summary>What happens elsewhere while a request is on its way.</summary>
    public Func<RecordedCall, Task> Meanwhile { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What happens elsewhere when a connection has been made and is not yet used.</summary>
    public Action Connected { get; set; } = static () => { };

    /// <summary>Decides about each request; by default all pass.</summary>
    public Func<RecordedCall, NetworkFault> Interfere { get; set; } = static _ => NetworkFault.None;

    /// <summary>What was answered so far, in the order of the answers; heartbeats are left out.</summary>
    public IReadOnlyList<RecordedCall> Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    public void Cut()
    {
        Socket[] open;
        lock (_lock)
        {
            _isCut = true;
            open = [.. _sockets];
            _sockets.Clear();
        }

        foreach (var socket in open)
            socket.Reset();
    }

    public void Mend()
    {
        lock (_lock)
            _isCut = _isDead;
    }

    /// <summary>The process is gone: cut for good.</summary>
    public void Die()
    {
        lock (_lock)
            _isDead = true;
        Cut();
        Release();
    }

    public void Hold() => _gate.Hold();

    public void Release() => _gate.Release();

    /// <summary>Waits while the network is held.</summary>
    public Task PassAsync(CancellationToken cancel) => _gate.PassAsync(cancel);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        var call = new RecordedCall(request.Method.Method, request.RequestUri!.AbsolutePath, body, 0);
        await Meanwhile(call);
        var fault = Interfere(call);
        await PassAsync(cancellationToken);
        if (fault == NetworkFault.Refused || IsCut())
            throw new HttpRequestException("All connection attempts failed");

        if (fault == NetworkFault.Unavailable)
        {
            Keep(call with { Status = 503 });
            return new(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("no healthy upstream"), RequestMessage = request };
        }

        var answer = await SendOverAsync(request, cancellationToken);
        await PassAsync(cancellationToken);
        Keep(call with { Status = (int)answer.StatusCode });
        if (fault != NetworkFault.AnswerLost)
            return answer;

        answer.Dispose();
        throw new HttpRequestException("Server disconnected without sending a response.");
    }

    async Task<HttpResponseMessage> SendOverAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            return await base.SendAsync(request, cancel);
        }
        catch (ObjectDisposedException problem)
        {
            // The cut came between the connection's being made and its being used; .NET's client then says so in its own way.
            throw new HttpRequestException("All connection attempts failed", problem);
        }
    }

    void Keep(RecordedCall call)
    {
        if ((call.Body as JsonObject)?["event"]?.GetValue<string>() == "worker-heartbeat")
            return;

        lock (_lock)
            _calls.Add(call);
    }

    bool IsCut()
    {
        lock (_lock)
            return _isCut;
    }

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(_from, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        if (TakeUp(socket) is not { } stream)
        {
            socket.Reset();
            throw new HttpRequestException("All connection attempts failed");
        }

        Connected();
        return stream;
    }

    NetworkStream? TakeUp(Socket socket)
    {
        lock (_lock)
        {
            if (_isCut)
                return null;

            _sockets.RemoveAll(static known => known.SafeHandle.IsClosed);
            _sockets.Add(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }
}
