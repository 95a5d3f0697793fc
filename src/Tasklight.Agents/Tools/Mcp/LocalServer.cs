using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>An MCP server that is a program: started here, spoken to by its standard input and output, ended with everything that it started.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private const int LongestTail = 500;
    private const int ShortestSecret = 6;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly IReadOnlyList<string> _secrets;
    private readonly LimitedStream _output;
    private readonly Task _errors;
    private string _tail = "";

    private LocalServer(Process process, IEnumerable<string> secrets, int largest)
    {
        _process = process;
        _secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret)];
        _output = new LimitedStream(process.StandardOutput.BaseStream, largest, byLine: true);
        _errors = DrainErrorsAsync();
    }

    /// <summary>How a client speaks to it.</summary>
    public IClientTransport Transport => new StreamClientTransport(_process.StandardInput.BaseStream, _output);

    /// <summary>How it ended by itself, as a sentence; null = it did not.</summary>
    public string? End { get; private set; }

    /// <summary>Starts the program. It gets the usual variables (PATH, HOME …) and those of its definition, nothing else of this process's environment.</summary>
    /// <exception cref="ToolSetupException">It cannot be started.</exception>
    public static LocalServer Start(MCPServerDetails server, int largest)
    {
        var words = CommandLine.Split(server.Command ?? "");
        if (words.Count == 0)
        {
            throw new ToolSetupException($"MCP server '{server.Name}' is a local one and has no command.");
        }

        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in StdioClientTransportOptions.GetDefaultEnvironmentVariables())
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in server.EnvVars.Where(variable => variable.Value != SecretMask.Text))
        {
            start.Environment[name] = value;
        }

        try
        {
            return new LocalServer(Process.Start(start)!, [.. server.EnvVars.Values, .. SecretsIn(server.Command!)], largest);
        }
        catch (Win32Exception exception)
        {
            throw new ToolSetupException($"The program '{words[0]}' of MCP server '{server.Name}' could not be started: {exception.Message}");
        }
    }

    /// <summary>Waits for a program that is about to be gone, to know how it ended: one that has closed its output may take its time, another one a moment.</summary>
    public async Task SettleAsync()
    {
        using var time = new CancellationTokenSource(_output.HasEnded ? Farewell : Moment);
        try
        {
            await _process.WaitForExitAsync(time.Token).ConfigureAwait(false);
            await _errors.WaitAsync(time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It lives, or a program that it started does.
        }

        if (_process.HasExited)
        {
            // Its variables and arguments may be keys, and programs that fail like to show what they were given.
            var tail = _secrets.Aggregate(_tail, static (text, secret) => text.Replace(secret, SecretMask.Text, StringComparison.Ordinal)).Trim().TrimEnd('.');
            End = string.Create(CultureInfo.InvariantCulture, $"It ended with code {_process.ExitCode}{(tail.Length > 0 ? $"; its last words were: {tail}" : "")}.");
        }
    }

    /// <summary>Ends the program: it is asked to by the end of its input, and killed when it does not go.</summary>
    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(Grace);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(grace.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await _output.DisposeAsync().ConfigureAwait(false);
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    private static List<string> SecretsIn(string command)
    {
        var secrets = new List<string>();
        SecretTexts.Change(command, (_, secret) =>
        {
            secrets.Add(secret);
            return secret;
        });
        return secrets;
    }

    // Read, or the program would stand still once the pipe is full.
    private async Task DrainErrorsAsync()
    {
        var (errors, buffer) = (_process.StandardError, new char[1024]);
        try
        {
            while (await errors.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read)
            {
                var text = _tail + new string(buffer, 0, read);
                _tail = text.Length > LongestTail ? text[^LongestTail..] : text;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It is over; the tail is what there was.
        }
    }
}
