using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tasklight.Worker;

/// <summary>A worker as long as the host runs. A worker that the server refuses ends the host, with the reason in its log.</summary>
internal sealed class AgentWorkerService(WorkerBuilder builder, ILogger<AgentWorker> log, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var worker = new AgentWorker(builder.Options, log);
        builder.SetHandler?.Invoke(worker);

        // Leave as soon as the host begins to stop, while other services still answer.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await worker.RunAsync(either.Token).ConfigureAwait(false);
    }
}
