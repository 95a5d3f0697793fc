namespace Tasklight.Server.Hosting;

/// <summary>Runs the startup steps once Kestrel listens, so that workers that knock during migrations find somebody at home.</summary>
sealed partial class Startup(IServiceProvider services, Settings settings, Readiness readiness, ILogger<Startup> log) : IHostedLifecycleService
{
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in settings.Warnings)
            LogWarning(warning);
        foreach (var step in services.GetServices<IStartupStep>())
            await step.StartAsync(cancellationToken);
        readiness.SetReady();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    partial void LogWarning(string warning);
}
