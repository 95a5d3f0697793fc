namespace Tasklight.Server.Hosting;

/// <summary>Work that must be done before the server is ready, with the port already open. Steps run one after the other, in the order of their registration.</summary>
interface IStartupStep
{
    /// <summary>Throws <see cref="StartupException"/> when the server cannot go on; the process then ends with that sentence.</summary>
    ValueTask StartAsync(CancellationToken cancel);
}
