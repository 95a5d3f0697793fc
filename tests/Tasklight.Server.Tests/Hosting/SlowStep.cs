using Tasklight.Server.Hosting;

namespace Tasklight.Server.Tests.Hosting;

/// <summary>A startup step that a test holds up.</summary>
sealed class SlowStep : IStartupStep
{
    public TaskCompletionSource Reached { get; } = Until.Signal();
    public TaskCompletionSource Go { get; } = Until.Signal();

    public async ValueTask StartAsync(CancellationToken cancel)
    {
        Reached.SetResult();
        await Go.Task.WaitAsync(cancel);
    }
}
