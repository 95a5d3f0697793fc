namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>The network of a worker that dies at a step: from then on nothing goes out any more, and nothing comes in.</summary>
/// <param name="steps">The stored step at which it dies, from 1.</param>
/// <param name="isStored">The step reaches the server, only its answer is lost; otherwise it does not.</param>
internal sealed class DyingWorker(int steps, bool isStored) : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _stored;

    /// <summary>It is dead.</summary>
    public Task Died => _died.Task;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isStep = request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/session", StringComparison.Ordinal);
        if (isStep && Interlocked.Increment(ref _stored) == steps)
        {
            if (isStored)
            {
                (await base.SendAsync(request, cancellationToken)).Dispose();
            }

            _died.TrySetResult();
        }

        if (_died.Task.IsCompleted && !IsLastWord(request))
        {
            await Until.CancelledAsync(cancellationToken);
        }

        return await base.SendAsync(request, cancellationToken);
    }

    // Handing its tasks back spares the test the wait for the session's expiry; nothing of the run is said by it.
    private static bool IsLastWord(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post && request.RequestUri!.Query.Contains("type=worker", StringComparison.Ordinal);
}
