using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tasklight.Worker;

/// <summary>
/// A worker as long as the host runs. All workers of a host boot before any of them connects, so a failing boot fails the host's start. A
/// worker that the server refuses ends the host, with the reason in its log.
/// </summary>
internal sealed class AgentWorkerService(
    WorkerBuilder builder, IEnumerable<WorkerBuilder> builders, ILogger<AgentWorker> log, IHostApplicationLifetime lifetime) : BackgroundService, IHostedLifecycleService
{
    private readonly AgentWorker _worker = builder.Build(log);
    private WorkerSession? _session;

    public async Task StartingAsync(CancellationToken cancellationToken) => _session = await _worker.BootAsync(cancellationToken).ConfigureAwait(false);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Leave as soon as the host begins to stop, while other services still answer.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            if (InvokeCommand.Parse(Environment.GetCommandLineArgs()) is { } command)
            {
                await InvokeAsync(command, either.Token).ConfigureAwait(false);
                return;
            }
        }
        catch (InvokeException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            End(exception.ExitCode);
            return;
        }

        await _worker.WorkAsync(_session!, either.Token).ConfigureAwait(false);
    }

    // Of several workers, one runs the task; the others stay idle until the host has ended.
    private async Task InvokeAsync(InvokeCommand command, CancellationToken ct)
    {
        var all = builders.ToList();
        if (all[command.Choose([.. all.Select(each => each.Options.Configuration.AgentId)])] == builder)
        {
            End(await command.RunAsync((test, ct) => _worker.TestAsync(_session!, test, ct), Console.Out, Console.Error, ct).ConfigureAwait(false));
        }
    }

    private void End(int exitCode)
    {
        Environment.ExitCode = exitCode;
        lifetime.StopApplication();
    }
}
