using System.Diagnostics;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>The official example server of MCP, over streamable HTTP on a port of its own.</summary>
internal sealed class EverythingServer : IAsyncDisposable
{
    public const string Program = "@modelcontextprotocol/server-everything/dist/index.js";

    private readonly Process _process;
    private readonly int _port;

    private EverythingServer(Process process, int port) => (_process, _port) = (process, port);

    public string Address => $"http://127.0.0.1:{_port}/mcp";

    /// <summary>The command line that runs it over standard input and output.</summary>
    public static string Command => $"node \"{NpmProgram.Path(Program)}\" stdio";

    public static async Task<EverythingServer> StartAsync(int? port = null)
    {
        var taken = port ?? FreePorts.Take();
        var start = NpmProgram.Start(Program, "streamableHttp");
        start.Environment["PORT"] = $"{taken}";
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        var isListening = new TaskCompletionSource();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains($"{taken}", StringComparison.Ordinal) == true)
                isListening.TrySetResult();
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await isListening.Task.InTime();
        return new EverythingServer(process, taken);
    }

    /// <summary>Kills it and starts it anew at the same address.</summary>
    public async Task<EverythingServer> RestartAsync()
    {
        await DisposeAsync();
        return await StartAsync(_port);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
