using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Tasklight.EndToEnd.Tests.Baseline;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>
/// The built server as a process of its own, with one data directory and one port for all its lives. It can be killed like a power cut,
/// told to stop, and started again.
/// </summary>
sealed partial class ServerProcess : IAsyncDisposable
{
    public const string Key = "tl_chaos-admin-key-0123456789";
    public const string Organization = "org-chaos";

    readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("tasklight-chaos-");
    readonly string[] _more;
    readonly bool _survivesFileLimit;
    readonly StringBuilder _log = new();
    readonly int _port = FreePorts.Take();
    Process? _process;

    ServerProcess(string? data, bool survivesFileLimit, string[] more)
    {
        Data = data ?? _home.FullName;
        _survivesFileLimit = survivesFileLimit;
        _more = more;
        Address = new($"http://127.0.0.1:{_port}");
        Api = new(Address, Key);
    }

    public Uri Address { get; }
    public string Data { get; }
    public RestApi Api { get; }

    /// <summary>Process id of the current life.</summary>
    public int Id => _process!.Id;

    public bool HasExited => _process!.HasExited;

    /// <summary>What all lives wrote to their console.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>For how long it says that the machine gave it no processor, all lives together: who was not heard then was not silent.</summary>
    public TimeSpan StoodStill => TimeSpan.FromSeconds(StandstillLine().Matches(Log).Sum(static line => double.Parse(line.Groups["seconds"].Value, CultureInfo.InvariantCulture)));

    /// <summary>Starts one and returns when it is ready.</summary>
    /// <param name="more">Further arguments.</param>
    public static Task<ServerProcess> StartAsync(params string[] more) => StartAsync(data: null, survivesFileLimit: false, more);

    /// <inheritdoc cref="StartAsync(string[])"/>
    /// <param name="data">A data directory of the caller's, or null.</param>
    /// <param name="survivesFileLimit">A write beyond RLIMIT_FSIZE is an error, not a signal that ends the process.</param>
    /// <param name="more">Further arguments.</param>
    public static async Task<ServerProcess> StartAsync(string? data, bool survivesFileLimit, params string[] more)
    {
        var server = new ServerProcess(data, survivesFileLimit, more);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>The environment of foreign clients and workers of a new agent.</summary>
    public async Task<BaselineOptions> BaselineAsync() => new()
    {
        BaseUrl = Address.ToString().TrimEnd('/'),
        ApiKey = Key,
        OrganizationId = Organization,
        AgentId = await Api.CreateAgentAsync(),
    };

    /// <summary>Starts the next life, and returns when it is ready.</summary>
    /// <param name="opened">What is done once its port is open, which is before it is ready.</param>
    public async Task StartAgainAsync(Action? opened = null)
    {
        Launch();
        if (opened is not null)
        {
            await Eventually.HoldsAsync(IsOpenAsync, "the port of the starting server is open");
            opened();
        }

        await Eventually.HoldsAsync(
            async () => _process!.HasExited ? throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Log}") : await IsReadyAsync(),
            "the server process is ready");
    }

    /// <summary>Starts the next life and does not wait for it.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo(_survivesFileLimit ? "sh" : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] shell = _survivesFileLimit ? ["-c", "trap '' XFSZ; exec dotnet \"$@\"", "sh"] : [];
        foreach (var argument in (string[])[
            .. shell, Path.Combine(AppContext.BaseDirectory, "Tasklight.Server.dll"),
            "--urls", Address.ToString().TrimEnd('/'), "--data", Data, "--log-level", "warning",
            "--bootstrap-key", Key, "--bootstrap-organization", Organization, .. _more])
        {
            start.ArgumentList.Add(argument);
        }

        // Its settings are those of the test, whatever the environment says.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("TASKLIGHT_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);

        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts the next life and kills it as soon as its port is open, which is before it is ready.</summary>
    public async Task DieWhileStartingAsync()
    {
        Launch();
        await Eventually.HoldsAsync(IsOpenAsync, "the port of the starting server is open");
        await KillAsync();
    }

    /// <summary>SIGTERM. Returns how long it took to end.</summary>
    public async Task<TimeSpan> TerminateAsync()
    {
        var since = Stopwatch.StartNew();
        Signals.Terminate(Id);
        await _process!.WaitForExitAsync().WaitAsync(Eventually.Ceiling);
        return since.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        Api.Dispose();
        _home.Delete(recursive: true);
    }

    /// <summary>Runs a small program to its end.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }

    async Task<bool> IsOpenAsync()
    {
        try
        {
            using var knock = new TcpClient();
            await knock.ConnectAsync(Address.Host, Address.Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Api.TrySendAsync(HttpMethod.Get, "/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"stood still for (?<seconds>[0-9.]+) s", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex StandstillLine();

    void Keep(string? line)
    {
        if (line is null)
            return;

        lock (_log)
            _log.AppendLine(line);
    }
}
