namespace Tasklight.Worker.Tests;

/// <summary>A wire that fails once, on the first call that matches, as no wire should.</summary>
internal sealed class BreakingHandler(Func<HttpRequestMessage, bool> breaks, Exception exception) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _broken;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        breaks(request) && Interlocked.Exchange(ref _broken, 1) == 0 ? throw exception : base.SendAsync(request, cancellationToken);
}
