using Microsoft.Extensions.Logging.Abstractions;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>A .NET worker that works until the test is done with it.</summary>
internal sealed class RunningWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _leave = new();
    private readonly Task _ended;

    private RunningWorker(AgentWorker worker) => _ended = worker.RunAsync(_leave.Token);

    public static RunningWorker Start<TResult>(Configuration configuration, Func<TaskContext, Task<TResult>> handler, TimeSpan grace = default) =>
        new(new AgentWorker(new WorkerOptions { Configuration = configuration, ShutdownGrace = grace }, NullLogger<AgentWorker>.Instance).OnTask(handler));

    public static RunningWorker Start(AgentWorker worker) => new(worker);

    /// <summary>Tells it to leave and waits until it has left.</summary>
    public async Task LeaveAsync()
    {
        await _leave.CancelAsync();
        await _ended;
    }

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await _ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _leave.Dispose();
    }
}
