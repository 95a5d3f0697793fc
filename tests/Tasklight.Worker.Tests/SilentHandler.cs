namespace Tasklight.Worker.Tests;

/// <summary>A wire on which the first call that matches gets no answer, for as long as the caller waits.</summary>
internal sealed class SilentHandler(Func<HttpRequestMessage, bool> swallows, Action swallowed) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _swallowed;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (swallows(request) && Interlocked.Exchange(ref _swallowed, 1) == 0)
        {
            swallowed();
            await Until.CancelledAsync(cancellationToken);
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
