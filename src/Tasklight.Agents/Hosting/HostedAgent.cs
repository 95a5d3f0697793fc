using Microsoft.Extensions.Logging;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.Agents.Hosting;

/// <summary>One agent's worker, started again when it fails or is refused, until it is told to leave.</summary>
internal sealed class HostedAgent : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly WorkerOptions _options;
    private readonly Func<TaskContext, Task<AgentTask>> _handler;
    private readonly HttpClient? _http;
    private readonly ILogger<AgentWorker>? _log;
    private readonly CancellationTokenSource _leave = new();
    private readonly Task _working;

    public HostedAgent(WorkerOptions options, Func<TaskContext, Task<AgentTask>> handler, HttpClient? http, ILogger<AgentWorker>? log)
    {
        (_options, _handler, _http, _log) = (options, handler, http, log);
        _working = Task.Run(WorkAsync);
    }

    /// <summary>Leaves in order and completes when it has left.</summary>
    public async Task LeaveAsync(TimeSpan grace)
    {
        _options.ShutdownGrace = grace;
        await _leave.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(false);
        Dispose();
    }

    public void Dispose() => _leave.Dispose();

    private async Task WorkAsync()
    {
        for (var pause = FirstPause; !_leave.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await new AgentWorker(_options, _log, _http).OnTask(_handler).RunAsync(_leave.Token).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever ends one worker must not leave its agent without one for good.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                ((ILogger?)_log ?? new StandardErrorLog()).Refused(_options.Configuration.AgentId!, (failure as ModuleException)?.Description ?? failure.Message, pause.TotalSeconds);
                await Task.Delay(pause, _options.Clock, _leave.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
