using Tasklight.Sdk.Http;

namespace Tasklight.Worker;

/// <summary>The process's HTTP client for worker streams and posts. Unlike ordinary calls they follow redirects (contract: worker-protocol §2).</summary>
internal static class WorkerHttp
{
    public static HttpClient Client { get; } = new(NewHandler()) { Timeout = Timeout.InfiniteTimeSpan };

    private static SocketsHttpHandler NewHandler()
    {
        var handler = SharedHttp.NewHandler();
        handler.AllowAutoRedirect = true;
        return handler;
    }
}
