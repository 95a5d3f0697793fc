using Tasklight.Server.Hosting;

namespace Tasklight.Server.Files;

/// <summary>Tidies up after uploads that a crash cut off.</summary>
sealed class FilesStartup(FileStore files) : IStartupStep
{
    public ValueTask StartAsync(CancellationToken cancel)
    {
        files.RemovePartial();
        return ValueTask.CompletedTask;
    }
}
