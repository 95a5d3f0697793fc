using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench;

/// <summary>A server started for the benchmark, stopped by its process id.</summary>
sealed partial class ServerProcess : IAsyncDisposable
{
    const int Terminate = 15;
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    readonly Process _process;

    ServerProcess(Process process, Endpoint endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    public Endpoint Endpoint { get; }

    public int Id => _process.Id;

    /// <summary>From the start of the process until it said it was ready.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Starts a program on a free port and waits until it is ready.</summary>
    /// <param name="program">A .dll for the dotnet command, or an executable.</param>
    /// <param name="arguments">Arguments for an address.</param>
    public static async Task<ServerProcess> StartAsync(string program, Func<string, string[]> arguments, string key = "", params (string Name, string Value)[] variables)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = program.EndsWith(".dll", StringComparison.Ordinal) ? new ProcessStartInfo("dotnet", [program, .. arguments(url)]) : new ProcessStartInfo(program, arguments(url));
        start.RedirectStandardOutput = true;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var server = new ServerProcess(process, new Endpoint(url, key));
        await server.ReadyAsync(started);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Signal(_process.Id, Terminate);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited) _process.Kill();
        }

        _process.Dispose();
    }

    async Task ReadyAsync(long started)
    {
        using var connection = new HttpConnection(Endpoint, 1024);
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"The server ended with code {_process.ExitCode} before it was ready.");
            if (Stopwatch.GetElapsedTime(started) > Longest) throw new InvalidOperationException("The server was not ready within a minute.");
            try
            {
                await connection.CallAsync("GET", "/ready");
                StartTime = Stopwatch.GetElapsedTime(started);
                return;
            }
            catch (Exception problem) when (problem is HttpFailure or IOException or SocketException)
            {
                await Task.Delay(5);
            }
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
