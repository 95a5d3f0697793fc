using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>A program that does not outlive its test, whatever became of it.</summary>
internal sealed class SampleProcess : Process
{
    private readonly ConcurrentQueue<string> _errors = new();

    /// <summary>The lines of its standard error output so far.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Starts the program.</summary>
    public static SampleProcess Start(string assembly, IEnumerable<string> args, IEnumerable<(string Name, string? Value)> environment)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. args]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new SampleProcess { StartInfo = start };
        process.ErrorDataReceived += (_, line) => process.Heard(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Tells the program to leave, as a service manager does, and waits until it has.</summary>
    public async Task LeaveAsync()
    {
        Signals.Terminate(Id);
        await WaitForExitAsync(TestContext.Current.CancellationToken).InTime();
        Assert.Equal(0, ExitCode);
    }

    private void Heard(string? line)
    {
        if (line is not null)
        {
            _errors.Enqueue(line);
            Console.Error.WriteLine(line);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !HasExited)
        {
            Kill();
        }

        base.Dispose(disposing);
    }
}
