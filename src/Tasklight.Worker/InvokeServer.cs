using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Tasklight.Worker;

/// <summary>
/// The worker's own HTTP server (contract: worker-protocol §12): one a port and process, shared by the workers that name the port. Why it
/// stands on <see cref="HttpListener"/>: docs/decisions/0003.
/// </summary>
internal sealed class InvokeServer : IDisposable
{
    private static readonly TimeSpan LastAnswersTake = TimeSpan.FromSeconds(2);
    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, InvokeServer> Open = [];

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<Task, bool> _answering = new();
    private readonly InvokeEndpoint _invoke = new();
    private readonly int _port;
    private readonly ILogger _log;
    private volatile IReadOnlyList<WorkerSession> _workers = [];

    private InvokeServer(int port, ILogger log)
    {
        (_port, _log) = (port, log);
        _listener.Prefixes.Add($"http://*:{port}/");
        _listener.IgnoreWriteExceptions = false;
    }

    /// <summary>Takes a worker in; the first one opens the port.</summary>
    /// <exception cref="InvalidOperationException">The port is not to be had.</exception>
    public static InvokeServer Join(int port, WorkerSession worker, ILogger log)
    {
        lock (Gate)
        {
            if (!Open.TryGetValue(port, out var server))
            {
                server = new InvokeServer(port, log);
                server.Listen();
                Open[port] = server;
            }

            server._workers = [.. server._workers, worker];
            return server;
        }
    }

    /// <summary>Lets a worker go, whose runs have ended; the last one closes the port once the answers are written.</summary>
    public async Task LeaveAsync(WorkerSession worker)
    {
        lock (Gate)
        {
            _workers = [.. _workers.Where(other => other != worker)];
            if (_workers.Count > 0)
            {
                return;
            }

            Open.Remove(_port);
        }

        await Task.WhenAll(_answering.Keys).WaitAsync(LastAnswersTake, worker.Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
    }

    public void Dispose()
    {
        _listener.Close();
        _invoke.Dispose();
    }

    private void Listen()
    {
        try
        {
            _listener.Start();
        }
        catch (HttpListenerException exception)
        {
            Dispose();
            throw new InvalidOperationException(
                $"The worker's HTTP server cannot listen on port {_port}: {exception.Message}. Set {nameof(WorkerOptions)}.{nameof(WorkerOptions.HttpPort)} to a free port, or to null.", exception);
        }

        _log.Invocable(_port);
        _ = AcceptAsync();
    }

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var answering = AnswerAsync(await _listener.GetContextAsync().ConfigureAwait(false));
                _answering[answering] = true;
                _ = answering.ContinueWith(
                    done => _answering.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Closed, or a connection that broke before it had said anything.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        // Off the accepting thread, whatever a request costs.
        await Task.Yield();
        try
        {
            await RouteAsync(context).ConfigureAwait(false);
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException or TimeoutException)
        {
            // The caller is gone.
            context.Response.Abort();
        }
#pragma warning disable CA1031 // One request must not end the server.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _log.NotAnswered(exception, context.Request.RawUrl ?? "");
            context.Response.Abort();
        }
    }

    private Task RouteAsync(HttpListenerContext context)
    {
        var (method, path) = (context.Request.HttpMethod, context.Request.Url?.AbsolutePath.TrimEnd('/'));
        return path switch
        {
            "/health" when method is "GET" => context.AnswerAsync(200, """{"status": "ok"}"""u8.ToArray()),
            "/health" => context.RefuseMethodAsync("GET"),
            "/invoke" when method is "POST" => _invoke.AnswerAsync(context, _workers),
            "/invoke" => context.RefuseMethodAsync("POST"),
            _ => context.RefuseAsync(404, "There are only GET /health and POST /invoke here."),
        };
    }
}
