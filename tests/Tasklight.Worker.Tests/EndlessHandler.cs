using System.Threading.Channels;
using Tasklight.Sdk;

namespace Tasklight.Worker.Tests;

/// <summary>A handler that never ends by itself, and tells when it was called: a run whose begin has come to the platform may not have heard of the answer yet.</summary>
internal sealed class EndlessHandler
{
    private readonly Channel<string> _begun = Channel.CreateUnbounded<string>();
    private int _calls;

    /// <summary>How often it was called.</summary>
    public int Calls => _calls;

    /// <summary>Waits for a call of it that was not waited for yet.</summary>
    public Task BegunAsync() => _begun.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTime();

    /// <summary>The handler.</summary>
    public async Task<string> RunAsync(AgentTask task, CancellationToken ct)
    {
        Interlocked.Increment(ref _calls);
        _begun.Writer.TryWrite(task.Id);
        await Until.CancelledAsync(ct);
        return "never";
    }
}
