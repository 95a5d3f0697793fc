using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Tasklight.Bench.Load;

/// <summary>A <see cref="WorkerProgram"/> as a child process.</summary>
sealed class WorkerProcess : IAsyncDisposable
{
    static readonly TimeSpan LeavingTakes = TimeSpan.FromSeconds(20);

    readonly ConcurrentDictionary<string, Delivery> _deliveries = new(StringComparer.Ordinal);
    readonly Process _process;
    readonly Task _reading;
    TaskCompletionSource<long> _live = new();

    WorkerProcess(Process process)
    {
        _process = process;
        _reading = Task.Run(ReadAsync);
    }

    public int Id => _process.Id;

    public static WorkerProcess Start(Subject subject, int slots)
    {
        string[] arguments = ["worker", subject.Endpoint.Url, subject.Endpoint.Key, subject.Routes.Organization, subject.Routes.Agent, $"{slots}"];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        return new WorkerProcess(Process.Start(start)!);
    }

    public Delivery Of(string task) => _deliveries.GetOrAdd(task, static _ => new Delivery());

    public void Forget(string task) => _deliveries.TryRemove(task, out _);

    /// <summary>The bytes on the heap that are still in use.</summary>
    public async Task<long> LiveAsync()
    {
        _live = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _process.StandardInput.WriteLineAsync();
        return await _live.Task.WaitAsync(Subject.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(LeavingTakes);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited) _process.Kill();
        await _reading;
        _process.Dispose();
    }

    async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(WorkerProgram.Live, StringComparison.Ordinal)) _live.TrySetResult(long.Parse(line.AsSpan(WorkerProgram.Live.Length), CultureInfo.InvariantCulture));
            else Of(line).Finish(Stopwatch.GetTimestamp());
        }
    }
}
